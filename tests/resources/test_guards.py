"""What is in force is deleted and replaced only where `forceDestroy` was deployed before."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import ACCOUNT, CUSTOMER, LINKED, MANAGEMENT, RELATIONSHIP
from lifecycle.test_lifecycle import answer, identified, invitation, start
from managed_services import CUSTOMERS, KIND, NEWER, PROVIDER, attestation, later, sign
from partnercentral_provider.lifecycle.requests import DiffRequest
from partnercentral_provider.model.errors import StillInForce
from partnercentral_provider.model.unknown import UNKNOWN

PMA, RS, CH = "ProgramManagementAccount", "Relationship", "ChannelHandshake"
State = dict[str, Any]


def relationship_of(parent: State) -> State:
    return RELATIONSHIP | {"programManagementAccountIdentifier": parent["arn"]}


def answered(life: Any, catalog: str, handshake: State, account: str) -> None:
    life(account, catalog=catalog).create("ChannelHandshakeResponse", **answer(handshake))


def joined(life: Any, catalog: str = "AWS", **given: Any) -> State:
    """Enrol an account that accepts; its state."""
    lived = life(catalog=catalog)
    made = lived.create(PMA, **ACCOUNT | given)
    answered(life, catalog, lived.create(CH, **invitation(made)), MANAGEMENT)
    return dict(lived.read(PMA, made).state)


def agreed(life: Any, catalog: str = "AWS", **given: Any) -> State:
    """Record a relationship whose service period is agreed on; its state."""
    lived = life(catalog=catalog)
    made = lived.create(RS, **relationship_of(joined(life, catalog)) | given)
    answered(life, catalog, lived.create(CH, **start(made)), CUSTOMER)
    return made


def kept(emulator: Any, state: State) -> bool:
    return state["arn"] in [each.get("arn") for each in emulator.objects()]


def test_a_service_period_in_force_keeps_its_relationship(emulator, life) -> None:
    """The deletion is refused, and the sentence names the handshake and both ways out."""
    made = agreed(life)
    with pytest.raises(StillInForce) as caught:
        life(catalog="AWS").delete(RS, made)
    said = str(caught.value)
    assert f"The Relationship {made['arn']} is not deleted: the service period of the" in said
    assert "is in force with 30 days' notice" in said
    assert "REVOKE_SERVICE_PERIOD" in said
    assert "`forceDestroy: true`, deploy that alone by `pulumi up`, then delete it" in said
    assert kept(emulator, made)


def test_an_active_account_is_kept(emulator, life) -> None:
    """A PENDING account is deleted, an ACTIVE one is not: AWS is asked at that moment."""
    pending = life(catalog="AWS").create(PMA, **ACCOUNT)
    life(catalog="AWS").delete(PMA, pending)
    assert not kept(emulator, pending)
    active = joined(life)
    with pytest.raises(StillInForce, match="the account is ACTIVE"):
        life(catalog="AWS").delete(PMA, active | {"status": "PENDING"})
    assert kept(emulator, active)


@NEWER
def test_a_contract_in_force_keeps_its_relationship(emulator, life) -> None:
    """One that is signed does, until its end."""
    emulator.set(sandbox_contract_seconds=1e9)
    lived = life(catalog="Sandbox")
    parent = lived.create(PMA, **PROVIDER)
    given = CUSTOMERS | {"programManagementAccountIdentifier": parent["arn"]}
    made = lived.create(RS, **given, forceDestroy=False)
    payload = attestation(parent["arn"], made["arn"], memberAccountIds=[CUSTOMER])
    contract = lived.create(KIND, contractType="MANAGED_SERVICES_ATTESTATION", payload=payload)
    sign(emulator, contract["arn"])
    with pytest.raises(StillInForce, match=f"the channel contract {contract['arn']} is in force"):
        lived.delete(RS, made)
    after = life(catalog="Sandbox", clock=lambda: datetime.now(timezone.utc) + timedelta(days=400))
    after.delete(RS, made)
    assert not kept(emulator, made)


def test_a_period_that_was_revoked_guards_nothing(emulator, life) -> None:
    """Once the other side accepts that it ends, and not before."""
    made = agreed(life)
    parent = made["programManagementAccountId"]
    lived = life(catalog="AWS")
    emulator.advance(10)
    revoke = lived.create(
        CH,
        handshakeType="REVOKE_SERVICE_PERIOD",
        associatedResourceIdentifier=made["arn"],
        payload={"revokeServicePeriodPayload": {"programManagementAccountIdentifier": parent}},
    )
    with pytest.raises(StillInForce):
        lived.delete(RS, made)
    emulator.advance(10)
    answered(life, "AWS", revoke, CUSTOMER)
    lived.delete(RS, made)
    assert not kept(emulator, made)


def test_a_commitment_guards_until_its_end(emulator, life) -> None:
    """A day before its date the relationship is kept, and after it deleted."""
    made = life(catalog="AWS").create(RS, **relationship_of(joined(life)))
    given = start(made)
    given["payload"]["startServicePeriodPayload"] = {
        "programManagementAccountIdentifier": made["programManagementAccountId"],
        "servicePeriodType": "FIXED_COMMITMENT_PERIOD",
        "endDate": later(100),
    }
    answered(life, "AWS", life(catalog="AWS").create(CH, **given), CUSTOMER)
    today = datetime.now(timezone.utc)
    with pytest.raises(StillInForce, match=f"is in force until {later(100)[:10]}"):
        life(catalog="AWS", clock=lambda: today + timedelta(days=99)).delete(RS, made)
    life(catalog="AWS", clock=lambda: today + timedelta(days=101)).delete(RS, made)
    assert not kept(emulator, made)


def test_what_was_forced_before_is_deleted(emulator, life) -> None:
    """`forceDestroy: true` in the state lets all go, and asks AWS nothing more."""
    made = agreed(life, forceDestroy=True)
    emulator.reset_calls()
    life(catalog="AWS").delete(RS, made)
    calls = {name for name in emulator.calls() if not name.startswith("sts:")}
    assert calls == {"DeleteRelationship"}


def test_to_allow_it_is_an_update_without_a_call(emulator, life) -> None:
    """Adding `forceDestroy` changes only the state; taking it out again forbids the deletion."""
    made = agreed(life)
    inputs = RELATIONSHIP | {
        "programManagementAccountIdentifier": made["programManagementAccountId"]
    }
    emulator.reset_calls()
    lived = life(catalog="AWS")
    change = lived.diff(RS, made, **inputs, forceDestroy=True)
    assert (change.diff.changed, change.diff.replaces) == (["forceDestroy"], [])
    forced = lived.update(RS, made, **inputs, forceDestroy=True)
    assert not lived.diff(RS, forced, **inputs, forceDestroy=True).diff.changed
    assert emulator.calls() == {}
    assert {n: v for n, v in forced.items() if n in made and n != "__inputs"} == {
        n: v for n, v in made.items() if n != "__inputs"
    }
    found = lived.read(RS, forced)
    assert found.inputs["forceDestroy"] is True
    again = lived.update(RS, forced, **inputs)
    assert "forceDestroy" not in again
    with pytest.raises(StillInForce):
        lived.delete(RS, again)
    lived.delete(RS, forced)


def test_an_update_beside_it_is_sent(emulator, life) -> None:
    """What AWS takes is sent, and `forceDestroy` never."""
    made = life(catalog="AWS").create(PMA, **ACCOUNT)
    changed = ACCOUNT | {"displayName": "B", "forceDestroy": True}
    updated = life(catalog="AWS").update(PMA, made, **changed)
    assert (updated["displayName"], updated["forceDestroy"]) == ("B", True)


def test_absent_stays_absent(emulator, life) -> None:
    """Neither inputs nor state of a program without it have it, in either catalog."""
    for catalog in ("AWS", "Sandbox"):
        lived = life(catalog=catalog)
        made = lived.create(PMA, **ACCOUNT)
        assert "forceDestroy" not in lived.inputs(PMA, **ACCOUNT)
        assert "forceDestroy" not in made
        assert "forceDestroy" not in lived.read(PMA, made).inputs
        assert not lived.diff(PMA, made, **ACCOUNT).diff.changed


def test_sandbox_allows_it_unless_it_is_forbidden(emulator, life) -> None:
    """Absent, it counts as true there; stated as false, it guards there too."""
    guarded = agreed(life, "Sandbox", forceDestroy=False)
    with pytest.raises(StillInForce):
        life().delete(RS, guarded)
    unsaid = {n: v for n, v in guarded.items() if n != "forceDestroy"}
    life().delete(RS, unsaid)
    assert not kept(emulator, guarded)


@pytest.mark.parametrize("kind", [PMA, RS])
def test_a_replacement_is_refused_by_its_diff(emulator, life, kind) -> None:
    """Before anything is deleted: the sentence names the change, the reason and both ways out."""
    relationship = agreed(life)
    parent = relationship["programManagementAccountId"]
    account = life(catalog="AWS").read(
        PMA, {"arn": relationship["arn"].partition("/relationship/")[0], "createdAt": "x"}
    )
    old, name, given = {
        PMA: (account.state | {"__inputs": "accountId"}, "accountId", ACCOUNT),
        RS: (relationship, "associatedAccountId", relationship_of({"arn": parent})),
    }[kind]
    lived = life(catalog="AWS")
    with pytest.raises(StillInForce) as caught:
        lived.diff(kind, old, **given | {name: "777788889999"})
    said = str(caught.value)
    assert f"{old['arn']} is not replaced" in said
    assert f"A change of {name} would delete it." in said
    assert "Undo the change." in said
    assert "deploy that alone by `pulumi up`, then make the change" in said
    forced = old | {"forceDestroy": True, "__inputs": f"{old['__inputs']},forceDestroy"}
    change = lived.diff(kind, forced, **given | {name: "777788889999", "forceDestroy": True})
    assert change.diff.replaces == [name]
    # It has to be deployed before: stated together with the change, it does not count.
    with pytest.raises(StillInForce):
        lived.diff(kind, old, **given | {name: "777788889999", "forceDestroy": True})


def test_only_a_replacement_asks_aws(emulator, life) -> None:
    """No diff of an update makes a call, nor any in Sandbox."""
    made, sandbox = agreed(life), agreed(life, "Sandbox")
    for lived, old in ((life(catalog="AWS"), made), (life(), sandbox)):
        emulator.reset_calls()
        given = relationship_of({"arn": old["programManagementAccountId"]})
        assert lived.diff(RS, old, **given | {"displayName": "B"}).diff.changed == ["displayName"]
        assert emulator.calls() == {}
    changed = given | {"associatedAccountId": "777788889999"}
    assert life().diff(RS, sandbox, **changed).diff.replaces == ["associatedAccountId"]
    assert emulator.calls() == {}


def test_without_credentials_a_preview_warns(emulator, life, monkeypatch) -> None:
    """Nobody can be asked: the replacement is shown, with a warning that it was not checked."""
    made = agreed(life)
    given = relationship_of({"arn": made["programManagementAccountId"]})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    lived = life(catalog="AWS", assumeRoles=None)
    change = lived.diff(RS, made, **given | {"associatedAccountId": "777788889999"})
    assert change.diff.replaces == ["associatedAccountId"]
    (warning,) = lived.warnings
    assert "not checked whether its replacement ends what is in force" in warning
    assert "credentials" in warning


def test_another_accounts_credentials_check_nothing(emulator, life) -> None:
    """What they cannot see is not taken for absent: the diff names both accounts."""
    made = agreed(life)
    given = relationship_of({"arn": made["programManagementAccountId"]})
    with pytest.raises(Exception, match=f"belongs to account {LINKED}, but the credentials"):
        life(MANAGEMENT, catalog="AWS").diff(
            RS, made, **given | {"associatedAccountId": "777788889999"}
        )


def test_what_is_known_only_after_apply_decides_nothing(emulator, life) -> None:
    """
    A parent that the program's own preview does not know yet is a warning, without a call.

    The same from the engine, which puts unknown values in the place of what a replaced parent
    gives and asks no check for them, is a replacement: it is refused.
    """
    made = agreed(life)
    given = relationship_of({"arn": UNKNOWN}) | identified("acme")
    lived = life(catalog="AWS")
    emulator.reset_calls()
    change = lived.diff(RS, made, **given)
    assert change.diff.replaces == ["programManagementAccountIdentifier"]
    assert "whether it is replaced is known only after apply" in lived.warnings[0]
    assert emulator.calls() == {}
    inputs = lived.inputs(RS, **given)
    fresh = life(catalog="AWS")
    token = f"partnercentral:channel:{RS}"
    with pytest.raises(StillInForce):
        fresh.of.diff(
            DiffRequest(
                token,
                made,
                inputs | {"programManagementAccountIdentifier": made["programManagementAccountId"]},
                inputs,
            )
        )


def test_a_deletion_that_cannot_be_checked_is_refused(emulator, life) -> None:
    """Who may not list handshakes may not delete a relationship, unless it was forced before."""
    made = agreed(life)
    emulator.fault("ListChannelHandshakes", error="AccessDeniedException")
    with pytest.raises(Exception, match="ListChannelHandshakes"):
        life(catalog="AWS").delete(RS, made)
    assert kept(emulator, made)


def test_the_sentence_tells_what_was_canceled_before(emulator, life) -> None:
    """The engine deletes what depends on a relationship first: its pending offer is gone then."""
    made = agreed(life)
    lived = life(catalog="AWS")
    emulator.advance(10)
    replacement = lived.create(CH, **start(made))
    lived.delete(CH, replacement)
    with pytest.raises(StillInForce, match=f"Canceled before .* {replacement['arn']}\\."):
        lived.delete(RS, made)
    with pytest.raises(StillInForce) as caught:
        life(catalog="AWS").delete(RS, made)
    assert "Canceled" not in str(caught.value)


def test_the_account_tells_of_offers_about_its_relationships(emulator, life) -> None:
    """What was canceled below a relationship that is gone is told by the account above it."""
    active = joined(life)
    lived = life(catalog="AWS")
    made = lived.create(RS, **relationship_of(active))
    offered = lived.create(CH, **start(made))
    lived.delete(CH, offered)
    lived.delete(RS, made)
    with pytest.raises(StillInForce, match=f"Canceled before .* {offered['arn']}\\."):
        lived.delete(PMA, active)


PARENT = "pma-0123456789abc"


def arn_of(account: str, catalog: str, path: str) -> str:
    return f"arn:aws:partnercentral:us-east-1:{account}:catalog/{catalog}/{path}"


@pytest.mark.parametrize(
    ("account", "catalog", "reason"),
    [
        (CUSTOMER, "AWS", f"belongs to account {CUSTOMER}, but this provider acts as {LINKED}"),
        (LINKED, "Sandbox", "is in catalog Sandbox, but this resource is in AWS"),
    ],
)
def test_parents_of_another_owner_or_catalog_fail_in_check(life, account, catalog, reason) -> None:
    """At any depth, each on its property, and without a call."""
    parent = arn_of(account, catalog, f"program-management-account/{PARENT}")
    child = f"{parent}/relationship/rs-0123456789abc"
    lived = life(catalog="AWS")
    checks = [
        (RS, relationship_of({"arn": parent}), ["programManagementAccountIdentifier"]),
        (CH, invitation({"arn": parent}), ["associatedResourceIdentifier"]),
        (
            CH,
            start({"arn": child, "programManagementAccountId": parent}),
            [
                "associatedResourceIdentifier",
                "payload.startServicePeriodPayload.programManagementAccountIdentifier",
            ],
        ),
    ]
    for kind, given, places in checks:
        found = lived.check(kind, **given).failures
        assert [(f.property, f.reason) for f in found] == [(place, reason) for place in places]


def test_parents_of_two_owners_fail_in_check(life) -> None:
    """Where nobody says whose this provider is, the ARNs have to be of one owner at least."""
    parents = [
        arn_of(account, "AWS", f"program-management-account/{PARENT}")
        for account in (LINKED, CUSTOMER)
    ]
    given = start(
        {"arn": f"{parents[0]}/relationship/rs-0123456789abc"}
        | {"programManagementAccountId": parents[1]}
    )
    (failure,) = life(catalog="AWS", assumeRoles=None).check(CH, **given).failures
    assert failure.property.endswith(".programManagementAccountIdentifier")
    assert failure.reason == (
        f"belongs to account {CUSTOMER}, but `associatedResourceIdentifier` to {LINKED}"
    )


def test_an_arn_among_the_tags_is_only_text(life) -> None:
    """A tag may name whatever object it likes."""
    foreign = arn_of(CUSTOMER, "Sandbox", f"program-management-account/{PARENT}")
    tags = {"see": foreign}
    assert not life(catalog="AWS").check(PMA, **ACCOUNT | {"tags": tags}).failures
