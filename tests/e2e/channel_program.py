"""One program with all four resources, in either form, and the same made by hand."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_partnercentral
from e2e.engine import CUSTOMER, MANAGEMENT
from pulumi_partnercentral import dynamic

FORMS: dict[str, Any] = {"dynamic": dynamic, "plugin": pulumi_partnercentral}
NAMES = ["account", "join", "joined", "acme", "service"]
CONFIG = {"partnercentral:catalog": "Sandbox"}
PLAN = {"partner_led_support": {"coverage": "ENTIRE_ORGANIZATION", "tam_location": "EU"}}
ROLE = f"arn:aws:iam::{MANAGEMENT}:role/Channel"
WRITES = ("Create", "Update", "Delete", "Tag", "Untag", "Accept", "Reject", "Cancel")


def program(
    form: str,
    options: Callable[[str], dict[str, Any]] = lambda name: {},
    plan: bool = True,
    **changed: Any,
) -> Callable[[], None]:
    """
    Make the program: an account that joined, a customer, and a service period offered.

    *options* gives further resource options by a resource's name; *changed* are values of arguments
    that an edit changes: name, team, note, response.
    """

    def run() -> None:
        channel, given = FORMS[form].channel, _Options(options)
        management = FORMS[form].Provider(
            "management", catalog="Sandbox", assume_roles=[{"role_arn": ROLE}]
        )
        account = channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name=changed.get("name", "Reseller"),
            tags={"team": changed.get("team", "blue")},
            opts=given("account"),
        )
        join = channel.ChannelHandshake(
            "join",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            associated_resource_identifier=account.arn,
            opts=given("join"),
        )
        joined = channel.ChannelHandshakeResponse(
            "joined",
            channel_handshake_identifier=join.arn,
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            response=changed.get("response", "ACCEPT"),
            opts=given("joined", provider=management),
        )
        acme = channel.Relationship(
            "acme",
            program_management_account_identifier=account.arn,
            associated_account_id=CUSTOMER,
            association_type="END_CUSTOMER",
            sector="COMMERCIAL",
            display_name=changed.get("name", "Acme"),
            requested_support_plan=PLAN if plan else None,
            tags={"team": changed.get("team", "blue")},
            opts=given("acme", depends_on=[joined]),
        )
        given.made["acme"] = acme
        channel.ChannelHandshake(
            "service",
            handshake_type="START_SERVICE_PERIOD",
            associated_resource_identifier=acme.arn,
            payload={
                "start_service_period_payload": {
                    "program_management_account_identifier": account.arn,
                    "service_period_type": "MINIMUM_NOTICE_PERIOD",
                    "minimum_notice_days": "30",
                    "note": changed.get("note", "Welcome"),
                }
            },
            tags={"team": changed.get("team", "blue")},
            opts=given("service"),
        )

    return run


class _Options:
    """Makes the options of a resource; `deleted_with` may name one that is made already."""

    def __init__(self, more: Callable[[str], dict[str, Any]]) -> None:
        self._more = more
        self.made: dict[str, pulumi.Resource] = {}

    def __call__(self, name: str, **own: Any) -> pulumi.ResourceOptions:
        given = own | self._more(name)
        if "deleted_with" in given:
            given["deleted_with"] = self.made[given["deleted_with"]]
        return pulumi.ResourceOptions(**given)


def made_by_hand(client: Callable[..., Any]) -> dict[str, str]:
    """Make in AWS what the program would make; the ARNs by the names of its resources."""
    ours = client()
    tags = [{"key": "team", "value": "blue"}]
    account = ours.create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId=MANAGEMENT,
        displayName="Reseller",
        tags=tags,
    )["programManagementAccountDetail"]
    join = ours.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="PROGRAM_MANAGEMENT_ACCOUNT",
        associatedResourceIdentifier=account["id"],
    )["channelHandshakeDetail"]
    client(MANAGEMENT).accept_channel_handshake(catalog="Sandbox", identifier=join["id"])
    acme = ours.create_relationship(
        catalog="Sandbox",
        programManagementAccountIdentifier=account["id"],
        associatedAccountId=CUSTOMER,
        associationType="END_CUSTOMER",
        sector="COMMERCIAL",
        displayName="Acme",
        tags=tags,
    )["relationshipDetail"]
    service = ours.create_channel_handshake(
        catalog="Sandbox",
        handshakeType="START_SERVICE_PERIOD",
        associatedResourceIdentifier=acme["id"],
        payload={
            "startServicePeriodPayload": {
                "programManagementAccountIdentifier": account["id"],
                "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
                "minimumNoticeDays": "30",
                "note": "Welcome",
            }
        },
        tags=tags,
    )["channelHandshakeDetail"]
    made = [account, join, join, acme, service]
    return {name: one["arn"] for name, one in zip(NAMES, made, strict=True)}


def writes(emulator: Any) -> dict[str, int]:
    """Count the calls that change something, since calls were last forgotten."""
    return {n: count for n, count in emulator.calls().items() if n.startswith(WRITES)}
