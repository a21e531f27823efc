"""Through the engine, what is in force outlives a destroy and a replacement, in both forms."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from e2e.channel_program import FORMS, ROLE, writes
from e2e.engine import CUSTOMER, LINKED, MANAGEMENT, Engine, changes
from pulumi.automation import CommandError

CONFIG = {"partnercentral:catalog": "AWS"}


def program(
    form: str,
    force: bool | None = None,
    customer: str = CUSTOMER,
    offers: tuple[str, ...] = ("service", "renewal"),
    period: bool = False,
) -> Callable[[], None]:
    """Make a program: an account that joined, and a customer with these offers or a period."""

    def run() -> None:
        channel = FORMS[form].channel
        management = FORMS[form].Provider(
            "management", catalog="AWS", assume_roles=[{"role_arn": ROLE}]
        )
        account = channel.ProgramManagementAccount(
            "account",
            program="SOLUTION_PROVIDER",
            account_id=MANAGEMENT,
            display_name="Reseller",
            force_destroy=force,
        )
        join = channel.ChannelHandshake(
            "join",
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            associated_resource_identifier=account.arn,
        )
        joined = channel.ChannelHandshakeResponse(
            "joined",
            channel_handshake_identifier=join.arn,
            handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
            response="ACCEPT",
            opts=pulumi.ResourceOptions(provider=management),
        )
        acme = channel.Relationship(
            "acme",
            program_management_account_identifier=account.arn,
            associated_account_id=customer,
            association_type="END_CUSTOMER",
            sector="COMMERCIAL",
            display_name="Acme",
            force_destroy=force,
            opts=pulumi.ResourceOptions(depends_on=[joined]),
        )
        if period:
            channel.ServicePeriod(
                "period",
                relationship_identifier=acme.arn,
                service_period_type="MINIMUM_NOTICE_PERIOD",
                minimum_notice_days=30,
            )
        for name in offers:
            channel.ChannelHandshake(
                name,
                handshake_type="START_SERVICE_PERIOD",
                associated_resource_identifier=acme.arn,
                payload={
                    "start_service_period_payload": {
                        "program_management_account_identifier": account.arn,
                        "service_period_type": "MINIMUM_NOTICE_PERIOD",
                        "minimum_notice_days": "30",
                    }
                },
            )

    return run


def refused(command: Callable[..., Any]) -> str:
    """Run a command that fails; what it said, in one line."""
    with pytest.raises(CommandError) as caught:
        command()
    return " ".join(str(caught.value).split())


@pytest.mark.parametrize("form", list(FORMS))
def test_two_deliberate_steps_end_a_customers_period(
    engine: Engine, emulator, client, form
) -> None:
    """A replacement is refused by the preview, a destroy when asked; forced before, it is done."""
    stack = engine.stack(program(form, offers=("service",)), **CONFIG)
    stack.up()
    urns = stack.state()
    client(CUSTOMER).accept_channel_handshake(catalog="AWS", identifier=urns["service"]["id"])
    emulator.advance(60)
    stack = engine.stack(program(form), **CONFIG)
    stack.refresh()
    stack.up()
    acme, renewal = (stack.state()[name]["id"] for name in ("acme", "renewal"))
    assert "forceDestroy" not in stack.state()["acme"]["inputs"]
    emulator.reset_calls()

    said = refused(engine.stack(program(form, customer="777788889999"), **CONFIG).preview)
    assert f"The Relationship {acme} is not replaced: the service period of the" in said
    assert "A change of associatedAccountId would delete it. Undo the change." in said
    assert writes(emulator) == {}

    stack = engine.stack(program(form), **CONFIG)
    said = refused(stack.destroy)
    assert f"The Relationship {acme} is not deleted: the service period of the" in said
    assert f"Canceled before this was asked for: {renewal}." in said
    assert "set `forceDestroy: true`, deploy that alone by `pulumi up`, then delete it" in said
    assert writes(emulator) == {"CancelChannelHandshake": 1}
    assert {"acme", "account"} <= stack.state().keys()

    stack = engine.stack(program(form, force=True, offers=()), **CONFIG)
    emulator.reset_calls()
    stack.up(target=[urns[name]["urn"] for name in ("acme", "account")])
    assert writes(emulator) == {}
    assert changes(stack.preview(target=[urns["acme"]["urn"]])) == {}
    stack.destroy()
    assert {o["status"] for o in emulator.objects()} == {"ACCEPTED", "CANCELED"}


@pytest.mark.parametrize("form", list(FORMS))
def test_without_credentials_a_replacement_is_previewed_with_a_warning(
    engine: Engine, emulator, monkeypatch, form
) -> None:
    """Nobody could be asked, and the preview says so."""
    stack = engine.stack(program(form, offers=()), **CONFIG)
    stack.up()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del engine.environment[name]
        monkeypatch.delenv(name)  # a command has the environment of the test too
    preview = engine.stack(program(form, customer="777788889999", offers=()), **CONFIG).preview()
    assert changes(preview) == {"replace": 1}
    said = " ".join((preview.stdout + preview.stderr).split())
    assert "not checked whether its replacement ends what is in force" in said


@pytest.mark.parametrize("form", list(FORMS))
def test_a_replaced_account_replaces_no_customer_in_force(
    engine: Engine, emulator, client, form
) -> None:
    """Only the account may be replaced: the diff of what depends on it refuses for the customer."""
    stack = engine.stack(program(form, offers=("service",)), **CONFIG)
    stack.up()
    state = stack.state()
    client(CUSTOMER).accept_channel_handshake(catalog="AWS", identifier=state["service"]["id"])

    def other() -> None:
        channel = FORMS[form].channel
        channel.ProgramManagementAccount(
            "account",
            program="DISTRIBUTION",
            account_id=MANAGEMENT,
            display_name="Reseller",
            force_destroy=True,
        )

    def replaced() -> None:
        target = [state["account"]["urn"]]
        engine.stack(other, **CONFIG).preview(target=target, target_dependents=True)

    account = state["account"]["id"]
    said = f"The ProgramManagementAccount {account} is not replaced: the account is ACTIVE"
    assert said in refused(replaced)
    # Forced in the state, and not by the program: only the guard of the customer is left.
    deployment = stack.automated.export_stack()
    for resource in deployment.deployment["resources"]:
        if resource["urn"] == state["account"]["urn"]:
            for of in ("inputs", "outputs"):
                resource[of]["forceDestroy"] = True
            if "__inputs" in resource["outputs"]:
                resource["outputs"]["__inputs"] += ",forceDestroy"
    stack.automated.import_stack(deployment)
    emulator.reset_calls()
    said = refused(replaced)
    assert f"The Relationship {state['acme']['id']} is not replaced" in said
    assert writes(emulator) == {}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_destroy_ends_no_service_period_that_leaves_with_it(
    engine: Engine, emulator, client, form
) -> None:
    """
    The ServicePeriod leaves the stack first and is kept at AWS: its relationship is refused.

    What begins tomorrow counts. The next `up` adopts it, and sends nothing.
    """
    stack = engine.stack(program(form, offers=(), period=True), **CONFIG)
    stack.up()
    acme = stack.state()["acme"]["id"]
    offer = stack.state()["period"]["outputs"]["channelHandshakeArn"]
    client(CUSTOMER).accept_channel_handshake(catalog="AWS", identifier=offer)
    stack.refresh()
    emulator.reset_calls()
    said = refused(stack.destroy)
    sentence = f"The Relationship {acme} is not deleted: the service period of the handshake"
    assert f"{sentence} {offer} is in force with 30 days' notice." in said
    assert "`onDelete: REVOKE`" in said
    assert writes(emulator) == {}
    assert "period" not in stack.state()
    assert {"acme", "account"} <= stack.state().keys()
    assert f"{sentence} {offer}" in refused(stack.destroy)
    stack = engine.stack(program(form, offers=(), period=True), **CONFIG)
    stack.up()
    assert stack.state()["period"]["outputs"]["status"] == "SCHEDULED"
    assert writes(emulator) == {}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_parent_of_another_catalog_fails_in_the_preview(engine: Engine, emulator, form) -> None:
    """The check names the property and both catalogs, and nothing is asked of AWS."""
    parent = "catalog/Sandbox/program-management-account/pma-0123456789abc"

    def run() -> None:
        FORMS[form].channel.Relationship(
            "acme",
            program_management_account_identifier=(
                f"arn:aws:partnercentral:us-east-1:{LINKED}:{parent}"
            ),
            associated_account_id=CUSTOMER,
            association_type="END_CUSTOMER",
            sector="COMMERCIAL",
            display_name="Acme",
        )

    said = refused(engine.stack(run, **CONFIG).preview)
    assert "programManagementAccountIdentifier" in said
    assert "is in catalog Sandbox, but this resource is in AWS" in said
    assert emulator.calls() == {}
