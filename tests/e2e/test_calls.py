"""What the engine's verbose log tells of the calls of AWS, in both forms."""

import pytest
from e2e.channel_program import FORMS
from e2e.engine import MANAGEMENT, Engine

CONFIG = {"partnercentral:catalog": "Sandbox"}


@pytest.mark.parametrize("form", FORMS)
def test_the_verbose_log_has_a_line_for_each_call(engine: Engine, form) -> None:
    """With `-v=9 --logtostderr`, each attempt is there with its status; without, none is."""

    def program() -> None:
        FORMS[form].channel.ProgramManagementAccount(
            "account", program="SOLUTION_PROVIDER", account_id=MANAGEMENT, display_name="Reseller"
        )

    stack = engine.stack(program, **CONFIG)
    verbose = stack.up(log_to_std_err=True, log_verbosity=9)
    attempts = [line for line in verbose.stderr.splitlines() if ": waited " in line]
    line = "CreateProgramManagementAccount as 123456789012: waited "
    assert any(line in attempt for attempt in attempts), attempts
    quiet = stack.destroy()
    assert "DeleteProgramManagementAccount as" not in quiet.stdout + quiet.stderr
