"""The tags that a provider gives every resource, and those that it leaves alone."""

from typing import Any

import pytest
from conftest import ACCOUNT, RELATIONSHIP
from lifecycle.test_lifecycle import invitation
from partnercentral_provider.lifecycle.requests import PreviewRequest, ReadRequest
from partnercentral_provider.model.unknown import UNKNOWN

PMA = "ProgramManagementAccount"
TOKEN = f"partnercentral:channel:{PMA}"
BARE = {name: value for name, value in ACCOUNT.items() if name != "tags"}


def policy(
    defaults: dict[str, Any] | None = None,
    keys: list[str] | None = None,
    prefixes: list[str] | None = None,
) -> dict[str, Any]:
    """Spell a policy as the configuration does."""
    ignored = {n: v for n, v in (("keys", keys), ("keyPrefixes", prefixes)) if v}
    return {
        "defaultTags": None if defaults is None else {"tags": defaults},
        "ignoreTags": ignored or None,
    }


def at_aws(emulator: Any) -> dict[str, str]:
    (found,) = (o["tags"] for o in emulator.objects() if o["id"].startswith("pma-"))
    return dict(found)


def tagged(client: Any, state: dict[str, Any], **tags: str) -> None:
    """Tag it as somebody else does."""
    client().tag_resource(
        resourceArn=state["arn"], tags=[{"key": key, "value": value} for key, value in tags.items()]
    )


def test_check_merges_the_defaults(life) -> None:
    """A program's own tag wins, also with an empty value; what is merged is sorted."""
    lived = life(**policy({"team": "red", "cost": "1", "blank": "", "owner": "us"}))
    given = BARE | {"tags": {"team": "blue", "owner": ""}}
    merged = {"blank": "", "cost": "1", "owner": "", "team": "blue"}
    inputs = lived.inputs(PMA, **given)
    assert inputs["tags"] == merged
    assert [*inputs["tags"]] == [*merged]
    assert "tagsAll" not in inputs


def test_every_taggable_resource_has_them(life) -> None:
    """Account, handshake and relationship are made with the default tags, and show all of them."""
    lived = life(**policy({"team": "red"}))
    account = lived.create(PMA, **BARE)
    handshake = lived.create("ChannelHandshake", **invitation(account))
    given = RELATIONSHIP | {"programManagementAccountIdentifier": account["arn"], "tags": {}}
    relationship = lived.create("Relationship", **given)
    for made in (account, handshake, relationship):
        assert made["tags"] == made["tagsAll"] == {"team": "red"}


def test_a_preview_is_right_without_a_refresh(life) -> None:
    """A new default tag is in the planned `tags` and `tagsAll`, of a create and of an update."""
    made = life().create(PMA, **ACCOUNT)
    lived = life(**policy({"env": "dev"}))
    both = {"env": "dev", "team": "blue"}
    inputs = lived.inputs(PMA, **ACCOUNT)
    assert lived.diff(PMA, made, **ACCOUNT).diff.details == {'tags["env"]': "add"}
    for planned in (
        lived.of.preview(PreviewRequest(TOKEN, inputs)),
        lived.of.preview(PreviewRequest(TOKEN, inputs, made, ACCOUNT)),
    ):
        assert planned["tags"] == planned["tagsAll"] == both
    assert lived.update(PMA, made, **ACCOUNT)["tagsAll"] == both


def test_a_default_equal_to_a_tag_changes_nothing(life, emulator) -> None:
    """The same key and value in both places: no diff after a create, a refresh, or its arrival."""
    plain = life()
    made = plain.create(PMA, **ACCOUNT)
    lived = life(**policy({"team": "blue"}))
    assert not lived.diff(PMA, made, **ACCOUNT).diff.changed
    found = lived.read(PMA, made)
    assert found.inputs["tags"] == {"team": "blue"}
    assert not lived.diff(PMA, found.state, **ACCOUNT).diff.changed
    assert not plain.diff(PMA, found.state, **ACCOUNT).diff.changed


def test_a_default_that_leaves_is_removed(life, emulator) -> None:
    """One of two by an update, and the last one too, although the program has no tags left."""
    made = life(**policy({"a": "1", "b": "2"})).create(PMA, **BARE)
    fewer = life(**policy({"a": "1"}))
    assert fewer.diff(PMA, made, **BARE).diff.details == {'tags["b"]': "delete"}
    made = fewer.update(PMA, made, **BARE)
    assert at_aws(emulator) == {"a": "1"}
    none = life()
    assert none.diff(PMA, made, **BARE).diff.changed == ["tags"]
    made = none.update(PMA, made, **BARE)
    assert at_aws(emulator) == {}
    assert not none.diff(PMA, made, **BARE).diff.changed


def test_a_default_that_somebody_removed_comes_back(life, emulator, client) -> None:
    """A refresh shows the drift, and the next update sets the tag again."""
    lived = life(**policy({"team": "red"}))
    made = lived.create(PMA, **BARE)
    client().untag_resource(resourceArn=made["arn"], tagKeys=["team"])
    found = lived.read(PMA, made)
    assert lived.diff(PMA, found.state, **BARE).diff.changed == ["tags"]
    lived.update(PMA, found.state, **BARE)
    assert at_aws(emulator) == {"team": "red"}


def test_keys_differ_by_case(life, emulator) -> None:
    """`Team` and `team` are two tags, for the defaults and for what is ignored."""
    lived = life(**policy({"Team": "red"}, ["TEAM"], ["X"]))
    made = lived.create(PMA, **ACCOUNT)
    assert at_aws(emulator) == {"Team": "red", "team": "blue"}
    assert not lived.diff(PMA, made, **ACCOUNT).diff.changed


def test_an_unknown_default_makes_all_tags_unknown(life) -> None:
    """In a preview `tags` and `tagsAll` are known only after apply, and nothing is replaced."""
    made = life().create(PMA, **ACCOUNT)
    for defaults in (UNKNOWN, {"tags": UNKNOWN}, {"tags": {"team": UNKNOWN}}):
        lived = life(defaultTags=defaults)
        inputs = lived.inputs(PMA, **ACCOUNT)
        planned = lived.of.preview(PreviewRequest(TOKEN, inputs, made, ACCOUNT))
        assert (planned["tags"], planned["tagsAll"]) == (UNKNOWN, UNKNOWN)
        change = lived.diff(PMA, made, **ACCOUNT).diff
        assert (change.changed, change.replaces) == (["tags"], [])


def test_an_unknown_tag_stays_alone_among_the_defaults(life) -> None:
    """Only the value that is not known yet is unknown, and it wins over a default."""
    lived = life(**policy({"env": "dev", "team": "red"}))
    inputs = lived.inputs(PMA, **BARE, tags={"team": UNKNOWN})
    planned = lived.of.preview(PreviewRequest(TOKEN, inputs))
    assert planned["tagsAll"] == {"env": "dev", "team": UNKNOWN}


def test_an_import_leaves_out_what_the_defaults_say(life, client) -> None:
    """Tags equal to a default are no inputs, and what check makes of the rest is no change."""
    made = life().create(PMA, **BARE, tags={"env": "dev", "team": "blue", "own": "x"})
    lived = life(**policy({"env": "dev", "team": "red"}))
    found = lived.of.read(ReadRequest(TOKEN, made["arn"], {}, None))
    assert found.inputs["tags"] == {"own": "x", "team": "blue"}
    assert not lived.diff(PMA, found.state, **found.inputs).diff.changed
    only = life(**policy({"env": "dev", "team": "blue", "own": "x"}))
    found = only.of.read(ReadRequest(TOKEN, made["arn"], {}, None))
    assert "tags" not in found.inputs
    assert not only.diff(PMA, found.state, **found.inputs).diff.changed


def test_ignored_tags_are_left_alone(life, emulator, client) -> None:
    """By key and by prefix: neither set, nor removed, nor shown as drift."""
    lived = life(**policy(None, ["owner"], ["auto-"]))
    made = lived.create(PMA, **ACCOUNT)
    tagged(client, made, owner="them", **{"auto-stop": "22:00"})
    found = lived.read(PMA, made)
    assert found.state["tags"] == found.state["tagsAll"] == {"team": "blue"}
    assert not lived.diff(PMA, found.state, **ACCOUNT).diff.changed
    lived.update(PMA, found.state, **BARE)
    assert at_aws(emulator) == {"auto-stop": "22:00", "owner": "them"}


def test_what_was_managed_and_is_ignored_now_stays(life, emulator) -> None:
    """It is no change, and stays at AWS, also when the program takes it out."""
    both = BARE | {"tags": {"own": "x", "team": "blue"}}
    made = life().create(PMA, **both)
    lived = life(**policy(None, ["team"]))
    for given in (both, BARE | {"tags": {"own": "x"}}):
        assert not lived.diff(PMA, made, **given).diff.changed
    renamed = lived.update(PMA, made, **both | {"displayName": "B", "tags": {"team": "red"}})
    assert at_aws(emulator) == {"team": "blue"}
    assert renamed["tags"] == renamed["tagsAll"] == {}


def test_a_default_that_is_ignored_is_not_set(life, emulator) -> None:
    """What is ignored is nobody's of this provider, whoever states it."""
    life(**policy({"auto-stop": "1", "team": "red"}, None, ["auto-"])).create(PMA, **BARE)
    assert at_aws(emulator) == {"team": "red"}


def test_tags_of_aws_are_neither_shown_nor_touched(life, emulator) -> None:
    """Keys that begin with `aws:` stay at AWS through every update; a program has none."""
    lived = life()
    made = lived.create(PMA, **ACCOUNT)
    row = emulator.application.memory.get("pma", made["arn"].rpartition("/")[2])
    both = {"aws:cloudformation:stack": "x", "team": "blue"}
    emulator.application.memory.retag(row["id"], row["body"] | {"tags": both})
    assert at_aws(emulator) == both
    found = lived.read(PMA, made)
    assert found.state["tags"] == found.state["tagsAll"] == {"team": "blue"}
    assert not lived.diff(PMA, found.state, **ACCOUNT).diff.changed
    lived.update(PMA, found.state, **BARE)
    assert at_aws(emulator) == {"aws:cloudformation:stack": "x"}
    (failure,) = lived.check(PMA, **BARE, tags={"aws:x": "y"}).failures
    assert "reserved by AWS" in failure.reason
    with pytest.raises(Exception, match="reserved by AWS"):
        life(**policy({"aws:x": "y"}))


def test_without_a_policy_nothing_changes(life, client) -> None:
    """A state from before `tagsAll` is complete and clean, and others' tags are left alone."""
    lived = life()
    made = lived.create(PMA, **BARE)
    tagged(client, made, theirs="x")
    older = {n: v for n, v in made.items() if n != "tagsAll"}
    change = lived.diff(PMA, older, **BARE)
    assert not change.diff.changed
    assert not change.unfinished
    found = lived.read(PMA, older)
    assert found.state["tags"] == found.state["tagsAll"] == {"theirs": "x"}
    assert not lived.diff(PMA, found.state, **BARE).diff.changed


def test_a_service_period_has_no_tags(life, emulator, relationship) -> None:
    """It is no object of AWS: nor do the handshakes that it sends get the default tags."""
    lived = life(**policy({"team": "red"}))
    given = {
        "relationshipIdentifier": relationship["arn"],
        "servicePeriodType": "MINIMUM_NOTICE_PERIOD",
        "minimumNoticeDays": "30",
    }
    made = lived.create("ServicePeriod", **given)
    assert not {"tags", "tagsAll"} & made.keys()
    (offer,) = (o for o in emulator.objects() if o.get("arn") == made["channelHandshakeArn"])
    assert not offer.get("tags")
    assert not lived.diff("ServicePeriod", made, **given).diff.changed


def test_functions_show_no_tags_all(life, account) -> None:
    """What a function answers is as before: only a stack's resource has `tagsAll`."""
    arguments = {"arn": account["arn"]}
    _, found = life().of.invoke("partnercentral:channel:getProgramManagementAccount", arguments)
    assert found["tags"] == {"team": "blue"}
    assert "tagsAll" not in found


def test_the_policy_is_checked(life) -> None:
    """A value that is no tag, or no list of keys, is named by its path."""
    from partnercentral_provider.config import Configuration

    wrong = {"defaultTags": {"tags": {"a": "?*"}}, "ignoreTags": {"keys": ["a", ""], "prefix": []}}
    found = Configuration.check(wrong).failures
    assert [f.property for f in found] == [
        "defaultTags.tags.a",
        "ignoreTags.keys[1]",
        "ignoreTags.prefix",
    ]
