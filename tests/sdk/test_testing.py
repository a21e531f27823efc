"""The testing kit without the engine: its mocks, its emulator, and what it costs."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from typing import Any

import boto3
import pulumi
import pulumi_partnercentral
import pytest
from managed_services import NEWER
from partnercentral_provider.model.arn import Arn
from partnercentral_provider.model.errors import Misconfigured, ProviderError, Refused
from pulumi.runtime import set_all_config, set_mocks
from pulumi_partnercentral import dynamic
from pulumi_partnercentral.testing import ChannelMocks

ROOT = Path(__file__).parents[2]
FORMS = [dynamic, pulumi_partnercentral]
form = pytest.mark.parametrize("form", FORMS, ids=["dynamic", "plugin"])
PMA = "pma-0123456789abc"
ARN = (
    "arn:aws:partnercentral:us-east-1:999988887777:catalog/Sandbox/program-management-account/"
    f"{PMA}/relationship/rs-0123456789abc"
)
SANDBOX = {"catalog": "Sandbox"}
ACME = {
    "associated_account_id": "444455556666",
    "association_type": "END_CUSTOMER",
    "display_name": "Acme",
    "program_management_account_identifier": PMA,
    "sector": "COMMERCIAL",
}


def run(
    program: Callable[[], Any], mocks: ChannelMocks | None = None, preview: bool = False
) -> ChannelMocks:
    """Run a program as a unit test of Pulumi's, in a context of its own."""
    used = mocks or ChannelMocks(SANDBOX)

    def test() -> None:
        set_mocks(used, preview=preview)
        pulumi.runtime.test(program)()

    copy_context().run(test)
    return used


def kept(into: list[Any], *outputs: pulumi.Output[Any]) -> pulumi.Output[None]:
    """Keep the values of outputs."""
    return pulumi.Output.all(*outputs).apply(into.extend)


def quickstart(form: Any) -> dict[str, Any]:
    """Enrol and invite an account, which joins; offer a customer a service period, who accepts."""
    channel, made = form.channel, {}
    made["account"] = channel.ProgramManagementAccount(
        "account",
        program="SOLUTION_PROVIDER",
        account_id="111122223333",
        display_name="Reseller",
    )
    made["join"] = channel.ChannelHandshake(
        "join",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        associated_resource_identifier=made["account"].arn,
    )
    made["joined"] = channel.ChannelHandshakeResponse(
        "joined",
        handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
        channel_handshake_identifier=made["join"].arn,
        response="ACCEPT",
    )
    made["acme"] = channel.Relationship(
        "acme",
        **ACME | {"program_management_account_identifier": made["joined"].associated_resource_id},
    )
    made["service"] = channel.ServicePeriod(
        "service",
        relationship_identifier=made["acme"].arn,
        service_period_type="MINIMUM_NOTICE_PERIOD",
        minimum_notice_days=30,
    )
    made["agreed"] = channel.ServicePeriodAcceptance(
        "agreed", channel_handshake_identifier=made["service"].channel_handshake_arn
    )
    return made


@form
def test_what_the_provider_refuses_fails_under_mocks(form: Any) -> None:
    """Every wrong input is named with the provider's own sentence, and so is the resource."""
    said = r"Relationship acme: .*`associatedAccountId` must be 12 digits, got 4\. `displayName` "
    with pytest.raises(Refused, match=said):
        run(
            lambda: form.channel.Relationship(
                "acme", **ACME | {"associated_account_id": "4444", "display_name": "x" * 31}
            )
        )


@form
def test_a_missing_catalog_fails_with_the_way_to_set_it(form: Any) -> None:
    """A program that depends on the stack's configuration fails without it."""
    with pytest.raises(Refused, match="pulumi config set partnercentral:catalog Sandbox"):
        run(lambda: form.channel.Relationship("acme", **ACME), ChannelMocks({}))


@form
def test_outputs_are_in_canonical_form(form: Any) -> None:
    """An ARN becomes the short id, a number the text, and what only AWS can tell is None."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        parent = ARN.partition("/relationship")[0]
        acme = form.channel.Relationship(
            "acme", **ACME | {"program_management_account_identifier": parent}
        )
        service = form.channel.ServicePeriod(
            "service",
            relationship_identifier=acme.arn,
            service_period_type="MINIMUM_NOTICE_PERIOD",
            minimum_notice_days=30,
        )
        acme_outputs = (acme.id, acme.arn, acme.relationship_id, acme.catalog, acme.revision)
        account = acme.program_management_account_id
        return kept(found, *acme_outputs, account, service.minimum_notice_days, service.status)

    run(program)
    id, arn, short, catalog, revision, account, days, status = found
    assert (id, Arn.parse(arn).id, Arn.parse(arn).parent_id) == (arn, short, PMA)
    assert (catalog, revision, account, days, status) == ("Sandbox", None, PMA, "30", None)


@form
@pytest.mark.parametrize("preview", [False, True])
def test_ids_fit_through_a_whole_channel(form: Any, preview: bool) -> None:
    """What is wired to an ID, an ARN or what a handshake is about passes every check."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        made = quickstart(form)
        return kept(
            found,
            made["account"].program_management_account_id,
            made["joined"].id,
            made["joined"].associated_resource_id,
            made["acme"].arn,
            made["service"].arn,
            made["agreed"].id,
            made["agreed"].associated_resource_id,
        )

    run(program, preview=preview)
    account, joined, about, acme, service, agreed, of = found
    assert Arn.parse(joined).form.noun == "channel handshake"
    assert Arn.parse(acme).parent_id == about == account
    assert service == f"{acme}/service-period"
    assert agreed == f"{acme}/acceptance/START_SERVICE_PERIOD"
    assert of == Arn.parse(acme).id


@form
@pytest.mark.parametrize(
    "name",
    [
        "01-quickstart",
        "04-many-accounts",
        pytest.param("06-managed-services", marks=NEWER),
    ],
)
def test_the_examples_pass_under_mocks(form: Any, name: str) -> None:
    """A whole channel of several providers is checked, in a preview and in an update."""
    source = (ROOT / "examples" / name / "__main__.py").read_text()
    program = source.replace("pulumi_partnercentral.dynamic", form.__name__)
    configuration = SANDBOX | {"accountRoleName": "Channel"}
    for preview in (True, False):
        mocks = ChannelMocks(configuration)
        assert run(lambda: exec(program, {}), mocks, preview).warnings == []


@form
def test_ids_are_the_same_each_time(form: Any) -> None:
    """The same program has the same IDs in every run; each resource has its own."""
    runs: list[list[str]] = []

    def program() -> pulumi.Output[None]:
        names = ("acme", "globex")
        made = [form.channel.Relationship(n, **ACME | {"display_name": n}) for n in names]
        return pulumi.Output.all(*(each.id for each in made)).apply(runs.append)

    run(program)
    run(program)
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 2


@form
def test_what_only_aws_tells_is_unknown_in_a_preview(form: Any) -> None:
    """Under `set_mocks(…, preview=True)` a status is unknown, and may be an input."""
    applied: list[Any] = []

    def program() -> None:
        made = quickstart(form)
        made["acme"].revision.apply(applied.append)
        form.channel.Relationship("other", **ACME | {"display_name": made["acme"].revision})

    run(program, preview=True)
    assert applied == []


@form
def test_a_test_states_what_aws_would_have_told(form: Any) -> None:
    """`outputs` gives a status by the resource's name; a name that is no output is an error."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        return kept(found, quickstart(form)["service"].status)

    run(program, ChannelMocks(SANDBOX, outputs={"service": {"status": "IN_FORCE"}}))
    assert found == ["IN_FORCE"]
    with pytest.raises(ValueError, match="service has no output 'state'"):
        run(program, ChannelMocks(SANDBOX, outputs={"service": {"state": "IN_FORCE"}}))


@form
def test_the_stack_configuration_is_taken_where_none_is_given(form: Any) -> None:
    """Default tags of `set_all_config` are in the outputs, as in a preview."""
    found: list[Any] = []

    def test() -> None:
        tags = '{"tags": {"team": "blue"}}'
        set_all_config({"partnercentral:catalog": "Sandbox", "partnercentral:defaultTags": tags})
        made: list[Any] = []
        run(
            lambda: (
                made.append(form.channel.Relationship("acme", **ACME, tags={"a": "b"}))
                or kept(found, made[0].tags, made[0].tags_all)
            ),
            ChannelMocks(),
        )

    copy_context().run(test)
    assert found == [{"a": "b", "team": "blue"}] * 2


@form
def test_an_explicit_provider_has_its_own_configuration(form: Any) -> None:
    """Its catalog and the account of its role are in the ARN, and what is wrong is named."""
    found: list[Any] = []

    def program(**given: Any) -> pulumi.Output[None]:
        provider = form.Provider("theirs", **given)
        opts = pulumi.ResourceOptions(provider=provider)
        return kept(found, form.channel.Relationship("acme", **ACME, opts=opts).arn)

    roles = [{"role_arn": "arn:aws:iam::111122223333:role/Channel"}]
    run(lambda: program(catalog="AWS", assume_roles=roles), ChannelMocks({}))
    assert (Arn.parse(found[0]).catalog, Arn.parse(found[0]).account) == ("AWS", "111122223333")
    with pytest.raises(Misconfigured, match="maxRetries"):
        run(lambda: program(catalog="AWS", max_retries=1000))


@form
def test_a_get_knows_what_its_arn_tells(form: Any) -> None:
    """`.get()` has the short ids of its ARN; what is no such ARN is refused with a sample."""
    found: list[Any] = []

    def program(arn: str) -> pulumi.Output[None]:
        acme = form.channel.Relationship.get("theirs", arn)
        return kept(
            found, acme.arn, acme.relationship_id, acme.program_management_account_id, acme.catalog
        )

    run(lambda: program(ARN))
    assert found == [ARN, "rs-0123456789abc", PMA, "Sandbox"]
    with pytest.raises(Refused, match="The ID of a Relationship is an ARN such as"):
        run(lambda: program("rs-0123456789abc"))


def test_an_import_has_the_id_that_it_names() -> None:
    """`import_` is checked as any resource, and has the ARN of what is imported."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        opts = pulumi.ResourceOptions(import_=ARN)
        acme = pulumi_partnercentral.channel.Relationship("acme", **ACME, opts=opts)
        return kept(found, acme.arn, acme.display_name)

    run(program)
    assert found == [ARN, "Acme"]


@form
def test_functions_are_answered_by_the_test_or_by_what_was_declared(form: Any) -> None:
    """Given answers come first; `getX` finds what the program declared by its ARN."""
    found: list[Any] = []
    tokens = [f"partnercentral:channel:get{name}" for name in ("Relationships", "ServicePeriod")]

    def program() -> pulumi.Output[None]:
        acme = form.channel.Relationship("acme", **ACME)
        same = form.channel.get_relationship_output(arn=acme.arn)
        listed = form.channel.get_relationships_output()
        status = form.channel.get_service_period_output(relationship_identifier=acme.arn).status
        return kept(found, same.display_name, same.arn, acme.arn, listed.relationships, status)

    def asked(arguments: dict[str, Any]) -> dict[str, Any]:
        return {"status": "IN_FORCE" if arguments["relationshipIdentifier"] else "NONE"}

    run(program, ChannelMocks(SANDBOX, {tokens[0]: {"relationships": []}, tokens[1]: asked}))
    assert found == ["Acme", found[2], found[2], [], "IN_FORCE"]


@form
def test_a_function_without_an_answer_is_named(form: Any) -> None:
    """So are arguments that the provider refuses, and the token of no function."""
    with pytest.raises(ProviderError, match=r"no answer to partnercentral:channel:getRelationship"):
        run(lambda: form.channel.get_relationship(display_names=["Acme"]))
    with pytest.raises(Exception, match="must be an ARN or an id"):
        run(lambda: form.channel.get_service_period(relationship_identifier="acme"))
    with pytest.raises(ValueError, match="There is no function 'partnercentral:channel:getIt'"):
        ChannelMocks(answers={"partnercentral:channel:getIt": {}})


def test_what_is_secret_stays_secret() -> None:
    """Outputs are marked as the plugin marks them: what was so as an input, and the tags of all."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        tags = {"team": pulumi.Output.secret("blue")}
        acme = pulumi_partnercentral.channel.Relationship("acme", **ACME, tags=tags)
        secrets = [o.is_secret() for o in (acme.tags, acme.tags_all, acme.display_name)]
        return kept(found, *map(pulumi.Output.from_input, secrets), acme.tags)

    run(program)
    assert found == [True, True, False, {"team": "blue"}]


@form
def test_warnings_of_the_provider_are_kept(form: Any) -> None:
    """Two resources that manage the same thing are told of, each by its name."""

    def program() -> None:
        for name in ("one", "two"):
            form.channel.ServicePeriod(
                name,
                relationship_identifier=ARN,
                service_period_type="MINIMUM_NOTICE_PERIOD",
                minimum_notice_days=30,
            )

    (warning,) = run(program).warnings
    assert "is managed by" in warning
    assert "'one'" in warning
    assert "'two'" in warning


def test_other_packages_are_answered_as_ever() -> None:
    """A resource of another package has its name and `_id`, and its inputs as outputs."""
    found: list[Any] = []

    def program() -> pulumi.Output[None]:
        other = pulumi.CustomResource("other:index:Thing", "thing", {"size": None, "colour": "red"})
        return kept(found, other.id)

    run(program)
    assert found == ["thing_id"]


def test_mocks_reach_neither_aws_nor_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program under mocks opens no connection, and needs no region and no credentials."""

    def refused(*_: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refused)
    run(lambda: quickstart(dynamic))


def test_each_test_has_an_emulator_as_new(partnercentral_emulator: Any) -> None:
    """Objects, calls, faults, settings and the clock of one test are gone in the next."""
    first = [s["value"] for s in partnercentral_emulator.application.settings.describe()]
    create(partnercentral_emulator.client())
    partnercentral_emulator.fault("*", error="InternalServerException", times=9)
    partnercentral_emulator.set(most_accounts=1, notice_days=["7"], rates_enforced=True)
    partnercentral_emulator.advance(1000)
    partnercentral_emulator.reset()  # as the fixture does before each test
    assert partnercentral_emulator.objects() == []
    assert partnercentral_emulator.calls() == {}
    assert partnercentral_emulator.application.faults.listed() == []
    assert partnercentral_emulator.application.clock.offset == 0
    assert [s["value"] for s in partnercentral_emulator.application.settings.describe()] == first
    create(partnercentral_emulator.client())
    assert partnercentral_emulator.calls() == {"CreateProgramManagementAccount": 1}


def test_the_next_test_finds_nothing_in_the_same_emulator(
    partnercentral_emulator: Any, emulator_process: Any
) -> None:
    """It is the one emulator of the session, and what the test before created is not there."""
    assert partnercentral_emulator is emulator_process
    assert (partnercentral_emulator.objects(), partnercentral_emulator.calls()) == ([], {})


def test_boto3_finds_the_emulator_and_nothing_of_the_developer(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """A profile, a role and an endpoint of the developer's environment are out of reach."""
    developers = ("PROFILE", "ROLE_ARN", "ENDPOINT_URL_STS", "SESSION_TOKEN", "USE_FIPS_ENDPOINT")
    for name in developers:
        monkeypatch.setenv(f"AWS_{name}", "theirs")
    emulator = request.getfixturevalue("partnercentral_emulator")
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert emulator.calls() == {"sts:GetCallerIdentity": 1}
    other = emulator.client("111122223333", "sts").get_caller_identity()
    assert other["Account"] == "111122223333"
    assert {name for name in os.environ if name.removeprefix("AWS_") in developers} == set()


def create(client: Any) -> None:
    """Enrol an account."""
    client.create_program_management_account(
        catalog="Sandbox",
        program="SOLUTION_PROVIDER",
        accountId="111122223333",
        displayName="Reseller",
    )


def python(code: str) -> str:
    """Run a line of Python in a process of its own; its output."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def test_a_program_does_not_pay_for_the_kit() -> None:
    """Neither form imports the kit, pytest or the emulator, and no plugin of pytest is entered."""
    said = python(
        "import sys; from pulumi_partnercentral import channel as plugin; plugin.Relationship;"
        "from pulumi_partnercentral.dynamic import channel; channel.Relationship;"
        "kit = ('pulumi_partnercentral.testing', 'pytest', 'partnercentral_emulator', 'cheroot');"
        "print([name for name in kit if name in sys.modules]);"
        "from importlib.metadata import distribution;"
        "points = distribution('pulumi-partnercentral').entry_points;"
        "print([point.name for point in points if point.group == 'pytest11'])"
    )
    assert said == "[]\n[]\n"


@pytest.mark.parametrize("missing", ["pytest", "cheroot", "regex"])
def test_what_is_missing_is_named_with_what_to_install(missing: str) -> None:
    """An import without pytest, or without the extra, ends in one sentence with the command."""
    said = python(
        f"import sys; sys.modules[{missing!r}] = None; import pulumi_partnercentral.testing"
    )
    assert said.splitlines()[-1] == (
        f"ModuleNotFoundError: pulumi_partnercentral.testing needs {missing}, which is not "
        "installed: pip install 'pulumi-partnercentral[emulator]' pytest"
    )
