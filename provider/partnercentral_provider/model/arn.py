"""
ARNs of the Channel API: each names its owner, its catalog and its parents, enough to find it again.

Which forms there are is declared by the resources, and `FORMS` holds what they declare.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

_ID = "[a-z0-9]{13}"
_SAMPLE = "l9o4fj3b5zb91"
_SAMPLES = {"catalog": "AWS", "type": "START_SERVICE_PERIOD"}


@dataclass(frozen=True)
class ArnForm:
    """
    The form of the ARNs and the short ids of one type of resource.

    *template* is all that follows the account, such as `catalog/{catalog}/channel-handshake/{id}`.
    A parent's id is named by its prefix: `…/program-management-account/{pma}/relationship/{id}`. A
    short id is the *prefix*, `-` and 13 lower-case letters or digits. A *part* of an object, such
    as `service-period` or `acceptance/{type}`, has no id of its own: it follows the object's ARN.
    """

    template: str
    prefix: str
    part: str = ""

    def with_part(self, part: str) -> "ArnForm":
        """Give the form of a part of this object."""
        return replace(self, part=part)

    @property
    def noun(self) -> str:
        """The words for one such resource, such as `program management account`."""
        named = self.part.partition("/")[0] or self.template.split("/")[-2]
        return named.replace("-", " ")

    @property
    def path(self) -> str:
        """The template, with the part that follows it."""
        return f"{self.template}/{self.part}" if self.part else self.template

    @property
    def sample(self) -> str:
        """An ARN of this form, to show what one looks like."""
        path = re.sub(r"\{(\w+)\}", lambda hole: self._sample_of(hole[1]), self.path)
        return f"arn:aws:partnercentral:us-east-1:123456789012:{path}"

    @cached_property
    def pattern(self) -> "re.Pattern[str]":
        """The template as a pattern, with a group for each name in it."""
        known = {"catalog": "[a-zA-Z]+", "id": f"{self.prefix}-{_ID}", "type": "[A-Z_]+"}

        def group(hole: "re.Match[str]") -> str:
            return f"(?P<{hole[1]}>{known.get(hole[1], f'{hole[1]}-{_ID}')})"

        return re.compile(re.sub(r"\{(\w+)\}", group, self.path))

    def _sample_of(self, name: str) -> str:
        if name in _SAMPLES:
            return _SAMPLES[name]
        return f"{self.prefix if name == 'id' else name}-{_SAMPLE}"


ACCOUNT = ArnForm("catalog/{catalog}/program-management-account/{id}", prefix="pma")
"""The form of a program management account, and, with a part, that of what belongs to one."""

RELATIONSHIP = ArnForm(
    "catalog/{catalog}/program-management-account/{pma}/relationship/{id}", prefix="rs"
)
"""The form of a relationship, and, with a part, that of what belongs to one."""

FORMS: dict[str, ArnForm] = {}
"""Every form that a resource declares, by its prefix; that of a part by `prefix/part`."""


def declare(form: ArnForm) -> None:
    """Make a form known; resources that are two sides of one thing declare the same one."""
    key = f"{form.prefix}/{form.part}" if form.part else form.prefix
    if FORMS.setdefault(key, form) != form:
        raise TypeError(f"the prefix {key!r} has another form: {FORMS[key]}")


_ARN = re.compile(
    r"arn:[a-z-]+:partnercentral:[a-z0-9-]+:(?P<account>[0-9]{12}):(?P<path>catalog/.+)"
)


@dataclass(frozen=True)
class Arn:
    """
    The ARN of a resource of the Channel API, taken apart.

    *account* is the owner's, of 12 digits; *parent_id* is empty where the form has no parent, and
    *type* where its part names none. The forms are those of `TaggableArn` in botocore's model.
    """

    text: str
    account: str
    catalog: str
    form: ArnForm
    id: str
    parent_id: str
    type: str = ""

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """Take *text* apart; raise ValueError where it is no ARN of this API."""
        if found := cls.found_in(text):
            return found
        raise ValueError(f"{text!r} is not an ARN of the Partner Central Channel API")

    @classmethod
    def catalog_of(cls, value: Any) -> str | None:
        """Tell the catalog of an ARN; None of anything else."""
        arn = cls.found_in(value)
        return arn.catalog if arn else None

    @classmethod
    def found_in(cls, value: Any) -> "Arn | None":
        """Take an ARN apart; give None for any other value."""
        match = _ARN.fullmatch(value) if isinstance(value, str) else None
        for form in FORMS.values() if match else ():
            if match and (named := form.pattern.fullmatch(match["path"])):
                groups = named.groupdict()
                catalog, id, type = (groups.pop(name, "") for name in ("catalog", "id", "type"))
                parent = "".join(groups.values())
                return cls(value, match["account"], catalog, form, id, parent, type)
        return None

    @property
    def whole(self) -> "Arn":
        """The object that this is a part of; itself, where it is no part."""
        return Arn.parse(self.text[: self.text.index(self.id) + len(self.id)])

    def part(self, form: ArnForm) -> "Arn | None":
        """Give the part of this object that has the *form*; None where it has no such part."""
        found = Arn.found_in(f"{self.text}/{form.part}") if form.part else None
        return found if found and found.form == form else None

    def related(self, id: str) -> str | None:
        """Give the ARN of the child or parent with this short id; None where it cannot follow."""
        form = FORMS.get(id.partition("-")[0])
        known = {self.form.prefix: self.id, self.parent_id.partition("-")[0]: self.parent_id}
        try:
            path = form.template.format(**known, catalog=self.catalog, id=id) if form else ""
        except KeyError:  # its parent does not follow from this one
            return None
        if form is None or not form.pattern.fullmatch(path):
            return None
        return self.text[: self.text.index(":catalog/") + 1] + path


def short_id(text: str, prefixes: tuple[str, ...], catalog: str | None = None) -> str:
    """
    Reduce an ARN or a short id to the short id, the one form that AWS answers with.

    *prefixes* are those of the forms that fit. Where *catalog* is known, an ARN has to be of that
    catalog. Raises ValueError with the form that is expected.
    """
    if not text.startswith("arn:"):
        if any(re.fullmatch(f"{prefix}-{_ID}", text) for prefix in prefixes):
            return text
        expected = " or ".join(f"{p}- and 13 lower-case letters or digits" for p in prefixes)
        raise ValueError(f"must be an ARN or an id ({expected}), got {text!r}")
    arn = Arn.parse(text)
    if arn.form.prefix not in prefixes:
        nouns = " or ".join(f"a {FORMS[prefix].noun}" for prefix in prefixes)
        raise ValueError(f"must be the ARN of {nouns}, got {text!r}")
    if catalog is not None and arn.catalog != catalog:
        raise ValueError(f"is in catalog {arn.catalog}, but this resource is in {catalog}")
    return arn.id
