"""
The engine's own options, with each resource and through both forms of the provider.

The tests of one form share a deployed stack, and leave it as they found it; those that destroy come
last. The rows of docs/moving.md are what these tests saw.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from e2e.channel_program import CONFIG, FORMS, NAMES, program, writes
from e2e.engine import MISSING, Engine, Stack, changes, cli_folder
from e2e.tables import check_row, rows
from partnercentral_emulator import Emulator
from pulumi.automation import CommandError

OPTIONS = [
    "`ignoreChanges`",
    "`replaceOnChanges`",
    "`--target`",
    "`--target` while moving",
    "`--target-dependents`",
    "`--refresh`",
    "`refresh --run-program`",
    "two providers exchanged",
    "`state move`",
    "`protect`",
    "`retainOnDelete`",
    "`deletedWith`",
    "`--ignore-protect`",
]
ALL = {"name": "Renamed", "team": "red"}


class Deployed:
    """A stack of one form that holds all four resources, and the calls that change something."""

    def __init__(self, form: str, engine: Engine, emulator: Emulator) -> None:
        self.form, self.engine, self.emulator = form, engine, emulator
        self.stack: Stack = engine.stack(program(form), **CONFIG)
        self.stack.up()
        self.emulator.reset_calls()

    def program(
        self, options: Callable[[str], dict[str, Any]] = lambda name: {}, **changed: Any
    ) -> Callable[[], None]:
        return program(self.form, options, **changed)

    def up(self, program: Callable[[], None], **options: Any) -> dict[str, int]:
        """Deploy; what changed, and forget the calls that changed it before."""
        changed = self.stack.up(program=program, **options).summary.resource_changes or {}
        return {kind: count for kind, count in changed.items() if kind != "same"}

    def writes(self) -> dict[str, int]:
        """Count the calls that changed something since this was asked last."""
        found = writes(self.emulator)
        self.emulator.reset_calls()
        return found

    def urns(self, *names: str) -> list[str]:
        state = self.stack.state()
        return [state[name]["urn"] for name in names or NAMES]

    def saw(self, option: str, cell: str) -> None:
        check_row("moving.md", [self.form, option], [cell])


@pytest.fixture(scope="module", params=list(FORMS))
def deployed(request: Any, tmp_path_factory: Any) -> Iterator[Deployed]:
    """Deploy the program in one form, once for all tests of it."""
    if cli_folder() is None:
        pytest.fail(MISSING)
    with Emulator() as emulator:
        folder = tmp_path_factory.mktemp(request.param)
        yield Deployed(request.param, Engine(folder, emulator.url), emulator)


def test_ignored_changes_are_no_changes(deployed: Deployed) -> None:
    """Edits of every resource, each ignored: nothing is updated, replaced or written."""
    ignored = {
        "account": ["displayName", "tags"],
        "joined": ["response"],
        "acme": ["displayName", "tags", "requestedSupportPlan"],
        "service": ["payload", "tags"],
    }
    edited = deployed.program(
        lambda name: {"ignore_changes": ignored.get(name)},
        **ALL,
        note="Changed",
        response="REJECT",
    )
    assert deployed.up(edited) == {}
    assert deployed.writes() == {}
    deployed.saw("`ignoreChanges`", "nothing of what is ignored")


def test_replace_on_changes_replaces_what_changed(deployed: Deployed) -> None:
    """Without a change nothing is replaced; a change of tags replaces where that was asked for."""
    assert deployed.up(deployed.program(lambda name: {"replace_on_changes": ["*"]})) == {}
    asked = deployed.program(
        lambda name: {"replace_on_changes": ["tags"]} if name == "service" else {}, team="red"
    )
    assert changes(deployed.stack.preview(program=asked)) == {"update": 2, "replace": 1}
    deployed.up(deployed.program())
    assert deployed.writes() == {}
    deployed.saw("`replaceOnChanges`", "replaced if it changed, not otherwise")


def test_a_target_alone_is_updated(deployed: Deployed) -> None:
    """Of edits of three resources only the targeted one is sent."""
    assert deployed.up(deployed.program(**ALL), target=deployed.urns("acme")) == {"update": 1}
    assert deployed.writes() == {"UpdateRelationship": 1, "TagResource": 1}
    assert deployed.up(deployed.program()) == {"update": 1}
    deployed.writes()
    deployed.saw("`--target`", "the target alone is updated")


def test_targets_do_not_move_before_the_rest(deployed: Deployed) -> None:
    """Pulumi itself refuses to change the form of some resources; nothing is lost by trying."""
    (other,) = set(FORMS) - {deployed.form}
    target = deployed.urns("acme", "service")
    with pytest.raises(CommandError, match="change of providers mixed with --target"):
        deployed.stack.up(program=program(other), target=target)
    assert deployed.up(deployed.program()) in ({}, {"delete": 1})  # the other form's provider
    assert deployed.writes() == {}
    deployed.saw("`--target` while moving", "Pulumi refuses it; nothing is changed")


def test_dependents_of_a_target_are_updated_too(deployed: Deployed) -> None:
    """The service period follows its customer, and the account is left alone."""
    edited = deployed.program(team="red")
    if deployed.form == "plugin":
        # v3.274.1 reads a dependent that is pending before it starts its provider, and fails.
        targets: dict[str, Any] = {"target": deployed.urns("acme", "service")}
    else:
        targets = {"target": deployed.urns("acme"), "target_dependents": True}
    assert deployed.up(edited, **targets) == {"update": 2}
    assert deployed.writes() == {"TagResource": 2}
    assert deployed.up(deployed.program()) == {"update": 2}
    deployed.writes()
    pending = "; Pulumi fails where one is pending: name it by `--target`"
    cell = "the target and its dependents are updated"
    deployed.saw("`--target-dependents`", cell + (pending if deployed.form == "plugin" else ""))


def test_an_up_that_refreshes_writes_nothing(deployed: Deployed) -> None:
    """Everything is read, and stays."""
    assert deployed.up(deployed.program(), refresh=True) == {}
    assert deployed.emulator.calls()
    assert deployed.writes() == {}
    deployed.saw("`--refresh`", "nothing; everything is read")


def test_a_refresh_that_runs_the_program_writes_nothing(deployed: Deployed) -> None:
    """And the preview after it is clean."""
    deployed.stack.refresh(run_program=True, program=deployed.program())
    assert changes(deployed.stack.preview(program=deployed.program())) == {}
    assert deployed.writes() == {}
    deployed.saw("`refresh --run-program`", "nothing; everything is read")


def test_two_providers_are_exchanged(deployed: Deployed) -> None:
    """Resources go from one explicit provider to another of the same account, and stay."""

    def with_provider(chosen: Callable[[int], str]) -> Callable[[], None]:
        def run() -> None:
            made = {n: FORMS[deployed.form].Provider(n, catalog="Sandbox") for n in ("one", "two")}
            given = {name: made[chosen(n)] for n, name in enumerate(NAMES) if name != "joined"}
            deployed.program(lambda name: {"provider": given[name]} if name in given else {})()

        return run

    assert deployed.up(with_provider(lambda n: "one" if n % 2 else "two")) == {"create": 2}
    assert deployed.up(with_provider(lambda n: "two" if n % 2 else "one")) == {}
    assert deployed.up(deployed.program()) == {"delete": 2}
    assert deployed.writes() == {}
    deployed.saw("two providers exchanged", "nothing but the providers themselves")


def test_resources_move_to_another_stack_and_back(deployed: Deployed) -> None:
    """`pulumi state move` takes all of them along; the same program there changes nothing."""
    other = deployed.engine.stack(deployed.program(), name="other", **CONFIG)
    work, urns = deployed.engine.folder / "work" / "quickstart", deployed.urns()
    for source, dest, stack in (("dev", "other", other), ("other", "dev", deployed.stack)):
        urns = [urn.replace(f"urn:pulumi:{dest}:", f"urn:pulumi:{source}:") for urn in urns]
        command = ["state", "move", "--source", source, "--dest", dest, "--yes", *urns]
        moved = deployed.engine.run(*command, cwd=work)
        assert moved.returncode == 0, moved.stdout + moved.stderr
        found = stack.up(program=deployed.program()).summary.resource_changes or {}
        assert not found.keys() - {"same", "create"}, found
        assert found.get("create", 0) <= 1  # the root of a stack that was empty
    assert deployed.writes() == {}
    deployed.saw("`state move`", "nothing")


def test_what_is_protected_is_not_destroyed(deployed: Deployed) -> None:
    """A destroy is refused before anything is deleted."""
    assert deployed.up(deployed.program(lambda name: {"protect": True})) == {}
    with pytest.raises(CommandError):
        deployed.stack.destroy()
    assert deployed.writes() == {}
    assert deployed.up(deployed.program()) == {}
    deployed.saw("`protect`", "`destroy` is refused, nothing is deleted")


def test_what_is_retained_is_not_deleted(deployed: Deployed) -> None:
    """A destroy takes it out of the state and leaves it at AWS."""
    assert deployed.up(deployed.program(lambda name: {"retain_on_delete": True})) == {}
    kept = deployed.stack.automated.export_stack()
    deployed.stack.destroy()
    assert deployed.writes() == {}
    deployed.stack.automated.import_stack(kept)
    assert deployed.up(deployed.program()) == {}
    assert deployed.writes() == {}
    deployed.saw("`retainOnDelete`", "nothing is deleted at AWS")


def test_what_is_deleted_with_another_is_not_deleted_itself(deployed: Deployed) -> None:
    """
    AWS deletes nothing along with its parent: the parent's delete is refused, and says why.

    Pulumi has forgotten the child by then, without asking the provider.
    """
    acme = {"deleted_with": "acme"}
    assert deployed.up(deployed.program(lambda name: acme if name == "service" else {})) == {}
    kept = deployed.stack.automated.export_stack()
    with pytest.raises(CommandError, match="pending"):
        deployed.stack.destroy(target=deployed.urns("acme", "service"))
    assert deployed.writes() == {"DeleteRelationship": 1}  # which AWS refused
    deployed.stack.automated.import_stack(kept)
    assert deployed.up(deployed.program()) == {}
    assert deployed.writes() == {}
    deployed.saw("`deletedWith`", "no call for the child, so AWS refuses to delete the parent")


def test_protection_can_be_ignored(deployed: Deployed) -> None:
    """`--ignore-protect` destroys what is protected, as everywhere."""
    deployed.up(deployed.program(lambda name: {"protect": True}))
    work = deployed.engine.folder / "work" / "quickstart"
    command = ["destroy", "--ignore-protect", "--yes", "--stack", "dev"]
    done = deployed.engine.run(*command, cwd=work)
    assert done.returncode == 0, done.stdout + done.stderr
    left = [(o["handshakeType"], o["status"]) for o in deployed.emulator.objects()]
    assert left == [
        ("PROGRAM_MANAGEMENT_ACCOUNT", "ACCEPTED"),
        ("START_SERVICE_PERIOD", "CANCELED"),
    ]
    deployed.saw("`--ignore-protect`", "everything is destroyed")


def test_the_table_of_options_has_a_row_for_each_option() -> None:
    """No row is of an option that is not tried any more."""
    wanted = [[form, option] for form in FORMS for option in OPTIONS]
    assert [row[:2] for row in rows("moving.md", "form")] == wanted
