"""ARNs: their forms are those that the resources declare."""

import aws_model
import pytest
import regex
from partnercentral_provider.model.arn import FORMS, RELATIONSHIP, Arn, ArnForm, declare
from partnercentral_provider.model.fields import references
from partnercentral_provider.resources import by_token, parents_first

by_token()
SHAPES = aws_model.written_for()["shapes"]
HEAD = "arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS"
ACCOUNT = f"{HEAD}/program-management-account/pma-u8ic702rtzng8"


@pytest.mark.parametrize(
    "form", [form for form in FORMS.values() if not form.part], ids=lambda form: form.prefix
)
def test_a_sample_is_an_arn_that_aws_takes(form: ArnForm) -> None:
    """The sample of each form that a resource declares is an ARN by the pattern of AWS's model."""
    assert regex.fullmatch(SHAPES["TaggableArn"]["pattern"], form.sample)
    assert Arn.parse(form.sample).form == form


def test_an_arn_is_taken_apart() -> None:
    """An ARN tells its owner, its catalog, its own id and the id of its parent."""
    arn = Arn.parse(f"{ACCOUNT}/relationship/rs-l9o4fj3b5zb91")
    assert (arn.account, arn.catalog) == ("123456789012", "AWS")
    assert (arn.id, arn.parent_id, arn.form.prefix) == (
        "rs-l9o4fj3b5zb91",
        "pma-u8ic702rtzng8",
        "rs",
    )
    assert Arn.parse(ACCOUNT).parent_id == ""


def test_a_part_follows_the_arn_of_its_object() -> None:
    """A service period has no id of its own: its relationship's ARN and a name are its ARN."""
    whole = Arn.parse(f"{ACCOUNT}/relationship/rs-l9o4fj3b5zb91")
    form = RELATIONSHIP.with_part("service-period")
    part = whole.part(form)
    assert part is not None
    assert (part.text, part.form, part.id) == (f"{whole.text}/service-period", form, whole.id)
    assert (part.whole, whole.whole) == (whole, whole)
    assert whole.part(RELATIONSHIP) is None
    assert Arn.parse(ACCOUNT).part(form) is None
    assert form.noun == "service period"
    assert Arn.parse(form.sample).form == form


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}/program-management-account/rs-l9o4fj3b5zb91",
        f"{HEAD}/channel-handshake/ch-4fj3bd2o3vb91/relationship/rs-l9o4fj3b5zb91",
        f"{HEAD}/nothing/no-4fj3bd2o3vb91",
        f"{ACCOUNT}/",
        ACCOUNT.replace("123456789012", "12345678901"),
        "pma-u8ic702rtzng8",
    ],
)
def test_what_no_resource_declares_is_no_arn(text: str) -> None:
    """Text in a form that no resource declares is refused as no ARN of this API."""
    with pytest.raises(ValueError, match=r"is not an ARN of the Partner Central Channel API"):
        Arn.parse(text)


def test_a_prefix_has_one_form() -> None:
    """Two resources that declare other forms under one prefix are a mistake that is raised."""
    with pytest.raises(TypeError, match="the prefix 'pma' has another form"):
        declare(ArnForm("catalog/{catalog}/other/{id}", prefix="pma"))


def test_parents_come_before_children() -> None:
    """Resources that AWS lists are sorted by what the identifiers among their inputs name."""
    assert [kind.__name__ for kind in parents_first()] == [
        "ProgramManagementAccount",
        "Relationship",
        "ChannelContract",
        "ChannelHandshake",
    ]


def test_every_identifier_names_a_declared_form() -> None:
    """No input names a prefix that no resource declares, at any depth."""
    named = {prefix for kind in by_token().values() for prefix in references(kind.Inputs)}
    assert named == {"pma", "rs", "ch", "cc"}
    assert named <= FORMS.keys()
