"""
What Pulumi runs in the root of a clone: its program, the quickstart; or the provider plugin.

`pulumi up` runs the program. After `pulumi package add`, the engine runs this folder as
PulumiPlugin.yaml says, with its own address as the last argument.
"""

import runpy
import sys
from pathlib import Path

from partnercentral_provider.__main__ import main
from partnercentral_provider.hosts.watch import engine_address

if __name__ == "__main__" and engine_address(sys.argv[-1]):
    sys.exit(main())
runpy.run_path(str(Path(__file__).parent / "examples" / "01-quickstart"), run_name="__main__")
