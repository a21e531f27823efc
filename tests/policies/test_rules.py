"""The rules of the pack, by what its process answers about inputs that the provider checked."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from conftest import ACCOUNT, LINKED, RELATIONSHIP
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from hosts.host import ARN, PARENT
from managed_services import CUSTOMERS, NEWER, attestation, later
from partnercentral_provider.hosts.wire import encoded
from partnercentral_provider.model.unknown import UNKNOWN
from partnercentral_provider.resources import by_token
from policies.pack import FORMS, PACK, PYTHON, Pack, Providers, Resource, Said, urn_of
from pulumi.runtime.proto import analyzer_pb2
from resources.test_guards import joined

PMA, RS, CH, SP = "ProgramManagementAccount", "Relationship", "ChannelHandshake", "ServicePeriod"
PMA_ARN = f"{PARENT}/pma-0123456789abc"
CUSTOMER = RELATIONSHIP | {"programManagementAccountIdentifier": "pma-0123456789abc"}
MANAGED = CUSTOMERS | {"programManagementAccountIdentifier": "pma-0123456789abc"}
PLAN = {"partnerLedSupport": {"coverage": "ENTIRE_ORGANIZATION", "tamLocation": "EU"}}
NOTICE = {"servicePeriodType": "MINIMUM_NOTICE_PERIOD", "minimumNoticeDays": "14"}
FIXED = {"servicePeriodType": "FIXED_COMMITMENT_PERIOD", "endDate": "2090-01-01"}
OWNED = {"tags": {"owner": "channel-team"}}

Check = Callable[..., Resource]


@pytest.fixture(scope="module")
def running() -> Iterator[Pack]:
    pack = Pack()
    yield pack
    pack.close()


@pytest.fixture
def pack(running: Pack) -> Pack:
    """Give the pack with its default configuration."""
    running.configure()
    return running


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    made = Providers()
    yield made
    made.close()


@pytest.fixture(params=FORMS)
def check(request: Any, providers: Providers) -> Check:
    """Check inputs by the provider, in each of its forms."""
    return partial(providers.checked, request.param)


def only(policy: str, said: list[Said]) -> list[Said]:
    return [each for each in said if each.policy == policy]


def period(**terms: Any) -> dict[str, Any]:
    return {"relationshipIdentifier": ARN} | terms


def offer(**terms: Any) -> dict[str, Any]:
    payload = terms | {"programManagementAccountIdentifier": "pma-0123456789abc"}
    return {
        "handshakeType": "START_SERVICE_PERIOD",
        "associatedResourceIdentifier": ARN,
        "payload": {"startServicePeriodPayload": payload},
    }


def contract(end: str) -> dict[str, Any]:
    payload = attestation(PMA_ARN, ARN, endDate=end)
    return {"contractType": "MANAGED_SERVICES_ATTESTATION", "payload": payload}


def test_the_readme_lists_the_rules_as_the_pack_does(running: Pack) -> None:
    """Each rule's name, level, configuration and defaults in the table are the pack's own."""
    rows = re.findall(
        r"^\| `([\w-]+)` \|.*\| (\w+) \| (.*) \|$", (PACK / "README.md").read_text(), re.M
    )
    listed = {name: (level, config) for name, level, config in rows}
    info = running.calls.GetAnalyzerInfo(Empty())
    levels = analyzer_pb2.EnforcementLevel
    assert listed == {
        policy.name: (levels.Name(policy.enforcementLevel).lower(), _stated(policy.configSchema))
        for policy in info.policies
    }
    assert info.name == "partnercentral"
    assert all(policy.description.endswith(".") for policy in info.policies)


def _stated(schema: Any) -> str:
    """Write the configuration of a rule as README does."""
    properties = json_format.MessageToDict(schema.properties)
    assert all(described["description"].endswith(".") for described in properties.values())
    ((name, described),) = properties.items()
    default = described["default"]
    return f"`{name}`: `{json.dumps(default if isinstance(default, list) else int(default))}`"


def test_development_uses_the_sandbox_only(pack: Pack, check: Check) -> None:
    """In stack dev catalog AWS is refused, by an input, the configuration or an ARN."""
    sandbox, production = check(PMA, ACCOUNT), check(PMA, ACCOUNT | {"catalog": "AWS"})
    assert not only("sandbox-only", pack.analyze(sandbox))
    assert not only("sandbox-only", pack.analyze(production, stack="prod"))
    (said,) = only("sandbox-only", pack.analyze(production))
    assert said.level == "mandatory"
    assert "is in catalog AWS. Set `catalog` to Sandbox, or run `pulumi config set" in said.message
    assert only("sandbox-only", pack.analyze(check(PMA, ACCOUNT, catalog="AWS")))
    agreed = check(SP, period(**NOTICE))
    assert not only("sandbox-only", pack.analyze(agreed))
    real = ARN.replace("catalog/Sandbox", "catalog/AWS")
    assert only("sandbox-only", pack.analyze(check(SP, {"relationshipIdentifier": real} | NOTICE)))


def test_which_stacks_are_for_development_is_configured(pack: Pack, check: Check) -> None:
    """`stacks` are patterns of names."""
    pack.configure(sandbox_only={"stacks": ["dev-*", "test"]})
    production = check(PMA, ACCOUNT | {"catalog": "AWS"})
    found = {
        s
        for s in ("dev", "dev-1", "test", "tester")
        if only("sandbox-only", pack.analyze(production, stack=s))
    }
    assert found == {"dev-1", "test"}


@pytest.mark.parametrize(("kind", "made"), [(SP, period), (CH, offer)])
def test_a_notice_has_a_length(pack: Pack, check: Check, kind: str, made: Any) -> None:
    """A shorter notice is told of, in both ways to offer one; a fixed commitment has none."""
    short, long = (
        check(kind, made(**NOTICE)),
        check(kind, made(**NOTICE | {"minimumNoticeDays": 30})),
    )
    (said,) = only("minimum-notice", pack.analyze(short))
    assert said.level == "advisory"
    assert "period is 14 days. Set `minimumNoticeDays` to 30 or more." in said.message
    assert not only("minimum-notice", pack.analyze(long))
    assert not only("minimum-notice", pack.analyze(check(kind, made(**FIXED))))
    pack.configure(minimum_notice={"days": 60, "enforcementLevel": "mandatory"})
    (said,) = only("minimum-notice", pack.analyze(long))
    assert said.level == "mandatory"
    pack.configure(minimum_notice={"enforcementLevel": "disabled"})
    assert not only("minimum-notice", pack.analyze(short))


def test_other_handshakes_have_no_notice(pack: Pack, check: Check) -> None:
    """An invitation has no payload, and nothing is said of it."""
    invitation = {
        "handshakeType": "PROGRAM_MANAGEMENT_ACCOUNT",
        "associatedResourceIdentifier": PMA_ARN,
    }
    assert not only("minimum-notice", pack.analyze(check(CH, invitation)))


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        (PMA, ACCOUNT),
        (RS, CUSTOMER),
        (CH, offer(**NOTICE)),
        pytest.param("ChannelContract", contract(later(300)), marks=NEWER),
    ],
)
def test_what_takes_tags_has_an_owner(
    pack: Pack, check: Check, kind: str, inputs: dict[str, Any]
) -> None:
    """Without the tag, or with an empty one, the rule says which is missing."""
    (said,) = only("owner-tag", pack.analyze(check(kind, inputs)))
    assert said.level == "advisory"
    assert "has no value for owner among its tags. Add it to `tags`" in said.message
    assert only("owner-tag", pack.analyze(check(kind, inputs | {"tags": {"owner": ""}})))
    assert not only("owner-tag", pack.analyze(check(kind, inputs | OWNED)))
    pack.configure(owner_tag={"tags": ["owner", "cost-center"]})
    (said,) = only("owner-tag", pack.analyze(check(kind, inputs | OWNED)))
    assert "has no value for cost-center among" in said.message


def test_a_default_tag_is_an_owner(pack: Pack, check: Check) -> None:
    """The rule sees the tags of the provider's configuration merged."""
    given = {"tags": {"owner": "channel-team"}}
    assert not only("owner-tag", pack.analyze(check(PMA, ACCOUNT, defaultTags=given)))


def test_a_service_period_needs_no_owner(pack: Pack, check: Check) -> None:
    """It takes no tags."""
    assert not only("owner-tag", pack.analyze(check(SP, period(**NOTICE))))


@pytest.mark.parametrize("kind", by_token().values(), ids=lambda kind: kind.__name__)
def test_the_rules_know_what_takes_tags_and_what_has_a_guard(pack: Pack, kind: Any) -> None:
    """A type that the provider is given is judged by both rules, where it fits."""
    forced = encoded({"catalog": "AWS", "forceDestroy": True})
    said = pack.analyze(Resource(kind.token(), forced), stack="prod")
    assert bool(only("owner-tag", said)) == kind.taggable()
    assert bool(only("no-force-destroy", said)) == kind.guarded()


@pytest.mark.parametrize(("kind", "inputs"), [(PMA, ACCOUNT), (RS, CUSTOMER)])
def test_nothing_in_production_is_forced(
    pack: Pack, check: Check, kind: str, inputs: dict[str, Any]
) -> None:
    """`forceDestroy` is refused in catalog AWS, where absent it is false."""
    forced = inputs | {"catalog": "AWS", "forceDestroy": True}
    (said,) = only("no-force-destroy", pack.analyze(check(kind, forced), stack="prod"))
    assert said.level == "mandatory"
    assert "Take `forceDestroy` out of the program." in said.message
    for kept in (
        {"catalog": "AWS"},
        {"catalog": "AWS", "forceDestroy": False},
        {},
        {"forceDestroy": True},
    ):
        assert not only("no-force-destroy", pack.analyze(check(kind, inputs | kept), stack="prod"))
    pack.configure(no_force_destroy={"stacks": ["live"]})
    assert not only("no-force-destroy", pack.analyze(check(kind, forced), stack="prod"))
    assert only("no-force-destroy", pack.analyze(check(kind, forced), stack="live"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("catalog", "force", "catalogs", "refused"),
    [
        ("AWS", True, ["AWS"], True),
        ("AWS", False, ["AWS"], False),
        ("AWS", None, ["AWS"], False),
        ("Sandbox", None, ["AWS"], False),
        ("Sandbox", None, ["AWS", "Sandbox"], True),
        ("Sandbox", False, ["AWS", "Sandbox"], False),
    ],
)
def test_an_active_account_has_a_guard(
    pack: Pack,
    providers: Providers,
    life: Any,
    form: str,
    catalog: str,
    force: Any,
    catalogs: list[str],
    refused: bool,
) -> None:
    """
    Once an account is ACTIVE, it is refused where it may be deleted, in the configured catalogs.

    Where `forceDestroy` is absent it counts as the provider counts it.
    """
    pack.configure(active_accounts_guarded={"catalogs": catalogs})
    inputs = ACCOUNT | {"catalog": catalog, "forceDestroy": force}
    pending = life(catalog=catalog).create(PMA, **ACCOUNT | {"accountId": LINKED})
    active = joined(life, catalog, forceDestroy=force)
    seen = pack.analyze(providers.checked(form, PMA, inputs))
    seen += pack.analyze_stack(providers.shown(form, PMA, pending))
    assert not only("active-accounts-guarded", seen)
    shown = providers.shown(form, PMA, active)
    said = only("active-accounts-guarded", pack.analyze_stack(shown))
    assert [(each.level, each.urn) for each in said] == [
        ("mandatory", urn_of(shown.type))
    ] * refused
    assert all("it is ACTIVE, and `forceDestroy` lets it be deleted" in s.message for s in said)


def test_a_relationship_asks_for_a_support_plan(pack: Pack, check: Check) -> None:
    """A customer's relationship without one is told of; types that need none are configured."""
    (said,) = only("support-plan", pack.analyze(check(RS, CUSTOMER)))
    assert said.level == "advisory"
    assert "of type END_CUSTOMER asks for no support plan. Set" in said.message
    assert not only(
        "support-plan", pack.analyze(check(RS, CUSTOMER | {"requestedSupportPlan": PLAN}))
    )
    internal = check(RS, CUSTOMER | {"associationType": "INTERNAL"})
    assert not only("support-plan", pack.analyze(internal))
    pack.configure(support_plan={"associationTypes": ["INTERNAL"]})
    assert only("support-plan", pack.analyze(internal))
    assert not only("support-plan", pack.analyze(check(RS, CUSTOMER)))


@NEWER
def test_a_managed_services_relationship_has_no_support_plan(pack: Pack, check: Check) -> None:
    """Nothing is said of it, since it can have none."""
    assert not only("support-plan", pack.analyze(check(RS, MANAGED)))


@NEWER
def test_a_contract_ends_late_enough(pack: Pack, check: Check) -> None:
    """One that ends sooner is told of, without its end, which is secret."""
    soon = later(60)
    (said,) = only("contract-end", pack.analyze(check("ChannelContract", contract(soon))))
    assert said.level == "advisory"
    assert "This contract ends in less than 90 days. Set a later `endDate`" in said.message
    assert soon[:10] not in said.message
    assert not only("contract-end", pack.analyze(check("ChannelContract", contract(later(120)))))
    pack.configure(contract_end={"days": 30})
    assert not only("contract-end", pack.analyze(check("ChannelContract", contract(soon))))


def test_the_end_is_held_against_a_clock() -> None:
    """The very time that is so many days ahead is late enough, and a second less is not."""
    run = subprocess.run([PYTHON, "-c", CLOCK], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1"]


CLOCK = """
from datetime import datetime, timezone
from pulumi_policy import ResourceValidationArgs
from pulumi_partnercentral.policies import rules

payload = {"managedServicesAttestationPayload": {"endDate": "2090-04-01T00:00:00Z"}}
args = ResourceValidationArgs(
    "partnercentral:channel:ChannelContract", {"payload": payload}, "", "", None, None, {"days": 90}
)
for second in (0, 1):
    made = rules(lambda: datetime(2090, 1, 1, 0, 0, second, tzinfo=timezone.utc))
    (rule,) = [each for each in made if each.name == "contract-end"]
    rule.validate(args, lambda message, urn: print(second))
"""
"""Of a contract that ends 90 days after the first second of 2090, when it is one too few."""


def test_without_the_extra_an_import_says_what_to_install() -> None:
    """It ends in one sentence with the command."""
    code = "import sys; sys.modules['pulumi_policy'] = None; import pulumi_partnercentral.policies"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: pulumi_partnercentral.policies needs pulumi_policy, which is not "
        "installed: pip install 'pulumi-partnercentral[policies]'"
    )


UNKNOWN_INPUTS = [
    ("sandbox-only", PMA, ACCOUNT | {"catalog": UNKNOWN}),
    ("minimum-notice", SP, period(**NOTICE | {"minimumNoticeDays": UNKNOWN})),
    ("minimum-notice", CH, offer(**NOTICE) | {"payload": UNKNOWN}),
    ("owner-tag", PMA, ACCOUNT | {"tags": UNKNOWN}),
    ("no-force-destroy", RS, CUSTOMER | {"catalog": "AWS", "forceDestroy": UNKNOWN}),
    ("active-accounts-guarded", PMA, ACCOUNT | {"catalog": "AWS", "forceDestroy": UNKNOWN}),
    ("support-plan", RS, CUSTOMER | {"associationType": UNKNOWN}),
    pytest.param("contract-end", "ChannelContract", contract(UNKNOWN), marks=NEWER),
]


@pytest.mark.parametrize(("policy", "kind", "inputs"), UNKNOWN_INPUTS)
def test_what_only_apply_tells_is_an_advisory(
    pack: Pack, check: Check, policy: str, kind: str, inputs: dict[str, Any]
) -> None:
    """A rule that cannot judge yet says so, in every rule, and violates nothing."""
    pack.configure(**{policy.replace("-", "_"): {"enforcementLevel": "mandatory"}})
    (said,) = only(policy, pack.analyze(check(kind, inputs)))
    assert said.level == "advisory"
    assert "can't be known during preview" in said.message


@pytest.mark.parametrize(
    ("policy", "kind", "inputs"),
    [
        ("sandbox-only", SP, NOTICE | {"relationshipIdentifier": UNKNOWN}),
        ("owner-tag", PMA, ACCOUNT | {"tags": {"owner": UNKNOWN}}),
        ("no-force-destroy", PMA, ACCOUNT | {"catalog": UNKNOWN}),
        ("active-accounts-guarded", PMA, ACCOUNT | {"forceDestroy": UNKNOWN}),
        ("support-plan", RS, CUSTOMER | {"requestedSupportPlan": UNKNOWN}),
        ("minimum-notice", RS, CUSTOMER | {"displayName": UNKNOWN}),
    ],
)
def test_what_needs_no_unknown_value_is_judged(
    pack: Pack, check: Check, policy: str, kind: str, inputs: dict[str, Any]
) -> None:
    """No rule remarks on what it does not need: nothing is said of these."""
    assert not only(policy, pack.analyze(check(kind, inputs)))


@pytest.mark.parametrize("outputs", [{"status": UNKNOWN}, {}])
def test_an_unknown_status_hides_no_other(pack: Pack, check: Check, outputs: Any) -> None:
    """Of two unguarded accounts the ACTIVE one is refused, and the other is an advisory."""
    seen = check(PMA, ACCOUNT | {"catalog": "AWS", "forceDestroy": True})
    pack.analyze(seen)
    unknown, active = (
        Resource(seen.type, encoded(each)) for each in (outputs, {"status": "ACTIVE"})
    )
    refused, advisory = only("active-accounts-guarded", pack.analyze_stack(unknown, active))
    assert (refused.level, advisory.level) == ("mandatory", "advisory")
    assert "value at .status can't be known during preview" in advisory.message


def test_other_providers_are_left_alone(pack: Pack) -> None:
    """A resource of any other type is judged by no rule."""
    properties = encoded({"catalog": "AWS", "forceDestroy": True, "status": "ACTIVE"})
    for type in (
        "aws:s3/bucket:Bucket",
        "pulumi:providers:partnercentral",
        "pulumi-python:dynamic/other/channel:ProgramManagementAccount",
    ):
        assert pack.analyze(Resource(type, properties)) == []
        assert pack.analyze_stack(Resource(type, properties)) == []
