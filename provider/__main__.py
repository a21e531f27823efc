"""The provider plugin, as Pulumi's Python language host starts it: by this folder."""

import sys

from partnercentral_provider.__main__ import main

sys.exit(main())
