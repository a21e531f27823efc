"""`make demo`: the quickstart's whole life, as the real engine shows it, on an emulator."""

import sys
import tempfile
from pathlib import Path

from e2e.engine import MISSING, Engine, Stack, cli_folder
from partnercentral_emulator import Emulator


def main() -> int:
    """Deploy, change and refresh the quickstart, hand it to the plugin and destroy it."""
    if cli_folder() is None:
        print(MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        _say(f"The emulator of the Channel API listens at {emulator.url}: no AWS account needed")
        engine = Engine(Path(folder), emulator.url)
        stack = engine.example("01-quickstart")
        _life(stack)
        _say("pulumi preview: the same stack through the provider plugin, by one changed import")
        stack = engine.through_the_plugin("01-quickstart")
        stack.preview(on_output=print)
        _say("pulumi up: only the providers themselves are exchanged")
        stack.up(on_output=print)
        _say("pulumi destroy: answered handshakes cannot be undone, and it says so")
        stack.destroy(on_output=print)
        _say("AWS calls that all of this made")
        for operation, count in emulator.calls().items():
            print(f"{count:6}  {operation}")
    _say("Done: deployed, changed, refreshed, handed to the plugin and destroyed")
    return 0


def _life(stack: Stack) -> None:
    _say("pulumi preview: what a first deployment would do")
    stack.preview(on_output=print)
    _say("pulumi up: three accounts, two invitations, both answered")
    stack.up(on_output=print)
    _say("pulumi preview --diff: another name for the account, another tag for the relationship")
    stack.config(accountName="Example Reseller Ltd", team="green")
    stack.preview(on_output=print, diff=True)
    _say("pulumi up: those two changes")
    stack.up(on_output=print)
    _say("pulumi refresh: AWS has what the stack knows")
    stack.refresh(on_output=print)


def _say(sentence: str) -> None:
    print(f"\n=== {sentence}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
