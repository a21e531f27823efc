"""The quickstart of `examples/01-quickstart`: what `pulumi up` in the root of a clone runs."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parent / "examples" / "01-quickstart"), run_name="__main__")
