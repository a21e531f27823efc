"""`getProgramManagementAccounts`: all program management accounts that fit."""

from typing import Any

from ..aws.listings import ProgramManagementAccountFilters
from ..aws.lookup import list_states
from ..model.fields import Fields, Properties
from ..resources.program_management_account import ProgramManagementAccount
from .contract import Query


class GetProgramManagementAccounts(Query):
    """Get all program management accounts that fit, every page of them."""

    Inputs = ProgramManagementAccountFilters

    class Outputs(Fields):
        """What AWS lists."""

        accounts: tuple[ProgramManagementAccount.State, ...]
        """The program management accounts, as a list shows them: without tags."""

    def answer(self, inputs: Any) -> Properties:
        """List them."""
        return {"accounts": list_states(ProgramManagementAccount(self.account), inputs)}
