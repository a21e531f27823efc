"""`pulumi-partnercentral` of the plugin's archive."""

import sys

from partnercentral_provider.cli import main

sys.exit(main())
