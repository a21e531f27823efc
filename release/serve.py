"""`pulumi-resource-partnercentral` of the plugin's archive."""

import sys

from partnercentral_provider.__main__ import main

sys.exit(main())
