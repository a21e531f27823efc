"""`getProgramManagementAccounts`: all program management accounts that fit."""

from typing import Any

from ..channel import ProgramManagementAccountFilters, listed_states
from ..core import Fields, Properties, Query
from ..resources.program_management_account import ProgramManagementAccount


class GetProgramManagementAccounts(Query):
    """Get all program management accounts that fit, every page of them."""

    Inputs = ProgramManagementAccountFilters

    class Outputs(Fields):
        """What AWS lists."""

        accounts: tuple[ProgramManagementAccount.State, ...]
        """The program management accounts, as a list shows them: without tags."""

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {"accounts": listed_states(ProgramManagementAccount(self.account), inputs)}
