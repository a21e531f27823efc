"""
A stack moves between the two forms of the provider along every path, and nothing is replaced.

The rows of docs/moving.md are what these tests saw.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from e2e.channel_program import CONFIG, NAMES, made_by_hand, program, writes
from e2e.cli import has_yaml
from e2e.engine import MANAGEMENT, Engine, Stack
from e2e.tables import check_row, rows
from pulumi.automation import CommandError

BORN = ["dynamic", "plugin", "`import_=`", "`pulumi import`"]
ROWS = [(born, refreshed) for born in BORN for refreshed in ("no", "yes")]


class Walk:
    """One stack on its way, and what was seen of each step."""

    def __init__(self, stack: Stack, emulator: Any) -> None:
        self.stack, self.emulator = stack, emulator
        self.seen: list[str] = []
        self.replaced = 0

    def begins(self) -> None:
        """Note what there is, and count calls from here on."""
        self.ids = self._ids()
        self.emulator.reset_calls()

    def to(self, form: str, preview: bool) -> None:
        """Change the import: preview it, then deploy."""
        if preview:
            changed = self.stack.preview(program=program(form)).change_summary
            self._harmless({str(kind): count for kind, count in changed.items()})
        changed = self.stack.up(program=program(form)).summary.resource_changes or {}
        self._harmless(changed)
        updates = changed.get("update", 0)
        self.seen.append(f"{updates} completed" if updates else "unchanged")
        assert writes(self.emulator) == {}

    def ends(self) -> None:
        """See that the stack holds what it held in the beginning."""
        assert self._ids() == self.ids
        assert writes(self.emulator) == {}

    def _harmless(self, changed: dict[str, int]) -> None:
        self.replaced += changed.get("replace", 0)
        # The one explicit provider of the program is created for the one form, and deleted for
        # the other.
        assert {**changed, "same": 0, "update": 0} in (
            {"same": 0, "update": 0},
            {"same": 0, "update": 0, "create": 1},
            {"same": 0, "update": 0, "create": 1, "delete": 1},
        ), changed

    def _ids(self) -> dict[str, str]:
        return {name: found["id"] for name, found in self.stack.state().items() if name in NAMES}


def born(how: str, refreshed: str, engine: Engine, client: Callable[..., Any]) -> Stack:
    """Deploy the channel in one form, or import one that was made by hand."""
    if how in ("dynamic", "plugin"):
        stack = engine.stack(program(how), **CONFIG)
        stack.up()
        return stack
    arns = made_by_hand(client)
    if how == "`import_=`":
        imported = program("plugin", lambda name: {"import_": arns[name]}, plan=False)
        stack = engine.stack(imported, **CONFIG)
        stack.up()
        return stack
    imported_by_command(engine, arns)
    stack = engine.stack(program("plugin", plan=False), **CONFIG)
    if refreshed == "yes":
        # The answer was imported as the other account: the program gives it its own provider.
        stack.up()
    return stack


def imported_by_command(engine: Engine, arns: dict[str, str]) -> None:
    """Run `pulumi import` in a YAML project of the same name."""
    folder = engine.folder / "yaml"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: quickstart\nruntime: yaml\n")
    kinds = ["ProgramManagementAccount", "ChannelHandshake", "", "Relationship", "ChannelHandshake"]
    found = [
        {"type": f"partnercentral:channel:{kind}", "name": name, "id": arns[name]}
        for kind, name in zip(kinds, NAMES, strict=True)
        if kind
    ]
    (folder / "import.json").write_text(json.dumps({"resources": found}))
    answered = ["partnercentral:channel:ChannelHandshakeResponse", "joined", arns["joined"]]
    options = ["--yes", "--protect=false", "--generate-code=false"]
    for command, environment in (
        (["stack", "init", "dev"], {}),
        (["config", "set", "partnercentral:catalog", "Sandbox"], {}),
        (["import", "--file", "import.json", *options], {}),
        (["import", *answered, *options], {"AWS_ACCESS_KEY_ID": MANAGEMENT}),
    ):
        done = engine.run(*command, cwd=folder, **environment)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("how", "refreshed"), ROWS)
def test_there_and_back_twice(engine: Engine, emulator, client, how, refreshed) -> None:
    """Whatever a stack was born as, no move replaces or writes anything, refreshed or not."""
    if how == "`pulumi import`" and not has_yaml():
        pytest.skip("an import needs a language host; YAML's is built with Go")
    path = Walk(born(how, refreshed, engine, client), emulator)
    path.begins()
    moves = ["plugin", "dynamic"] if how == "dynamic" else ["dynamic", "plugin"]
    for turn in range(2):
        for form in moves:
            if refreshed == "yes":
                path.stack.refresh()
            path.to(form, preview=turn == 0)
    path.stack.refresh()
    path.to(form, preview=True)
    assert path.seen.pop() == "unchanged"
    path.ends()
    cells = [*path.seen, str(path.replaced), str(sum(writes(emulator).values()))]
    path.stack.destroy()
    left = [(o["handshakeType"], o["status"]) for o in emulator.objects()]
    assert left == [
        ("PROGRAM_MANAGEMENT_ACCOUNT", "ACCEPTED"),
        ("START_SERVICE_PERIOD", "CANCELED"),
    ]
    check_row("moving.md", [how, refreshed], cells)


def test_the_table_of_moves_has_a_row_for_each_path() -> None:
    """No row is of a path that is not walked any more."""
    assert [tuple(row[:2]) for row in rows("moving.md", "the stack was created by")] == ROWS


def test_an_edit_made_with_the_move_back_is_refused(engine: Engine, emulator, client) -> None:
    """Another note in the payload: the `up` names both, nothing is written, and all can go on."""
    stack = born("plugin", "yes", engine, client)
    stack.refresh()
    emulator.reset_calls()
    with pytest.raises(CommandError, match=r'"note": "Welcome".*the program says.*"note": "Other"'):
        stack.up(program=program("dynamic", note="Other"))
    assert writes(emulator) == {}
    stack.refresh()
    assert "replace" not in (stack.up(program=program("dynamic")).summary.resource_changes or {})
    assert writes(emulator) == {}
    stack.destroy()
    assert [o["status"] for o in emulator.objects()] == ["ACCEPTED", "CANCELED"]
