"""`getProgramManagementAccount`: the one program management account that fits."""

from typing import Any

from ..aws.listings import ProgramManagementAccountFilters
from ..aws.lookup import only
from ..model.fields import Properties, from_arn
from ..model.types import ProgramManagementAccountArn
from ..resources.program_management_account import ProgramManagementAccount
from .contract import Query


class GetProgramManagementAccount(Query):
    """
    Get the one program management account that fits, with its tags.

    None, or more than one, is an error.
    """

    class Inputs(ProgramManagementAccountFilters):
        """Its ARN, or what tells it from all others."""

        arn: ProgramManagementAccountArn | None = None
        """The ARN; nothing else is needed with it."""

        _catalog = from_arn("arn")

    Outputs = ProgramManagementAccount.State

    def answer(self, inputs: Any) -> Properties:
        """Find it."""
        return only(ProgramManagementAccount(self.account), inputs, inputs.arn)
