"""A Channel ARN names its owner, its catalog and its parent: enough to find a thing again."""

import re
from dataclasses import dataclass

KINDS = {
    "pma": "program-management-account",
    "rs": "relationship",
    "ch": "channel-handshake",
}

_SAMPLES = {
    "pma": "program-management-account/pma-u8ic702rtzng8",
    "rs": "program-management-account/pma-u8ic702rtzng8/relationship/rs-l9o4fj3b5zb91",
    "ch": "channel-handshake/ch-4fj3bd2o3vb91",
}

_ID = re.compile(r"(?P<kind>pma|rs|ch)-[a-z0-9]{13}")
_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):partnercentral:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})"
    r":catalog/(?P<catalog>[a-zA-Z]+)/"
    r"(?P<path>program-management-account/pma-[a-z0-9]{13}(/relationship/rs-[a-z0-9]{13})?"
    r"|channel-handshake/ch-[a-z0-9]{13})"
)


@dataclass(frozen=True)
class Arn:
    """
    The ARN of a program management account, a relationship or a handshake, taken apart.

    Its forms are those of `TaggableArn` in botocore's model.
    """

    text: str
    account: str
    catalog: str
    path: str

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """Take *text* apart; raise ValueError where it is no ARN of this API."""
        if match := _ARN.fullmatch(text):
            return cls(text, match["account"], match["catalog"], match["path"])
        raise ValueError(f"{text!r} is not an ARN of the Partner Central Channel API")

    @staticmethod
    def catalog_of(value: object) -> str | None:
        """Tell the catalog of an ARN; None of anything else."""
        match = _ARN.fullmatch(value) if isinstance(value, str) else None
        return match["catalog"] if match else None

    @staticmethod
    def kind_of(value: object) -> str | None:
        """Tell the kind of an ARN, `pma`, `rs` or `ch`; None of anything else."""
        match = _ARN.fullmatch(value) if isinstance(value, str) else None
        return match["path"].rpartition("/")[2].partition("-")[0] if match else None

    @staticmethod
    def account_of(value: object) -> str | None:
        """Tell the owner's account of an ARN; None of anything else."""
        match = _ARN.fullmatch(value) if isinstance(value, str) else None
        return match["account"] if match else None

    @staticmethod
    def sample(kind: str) -> str:
        """Show what an ARN of the kind `pma`, `rs` or `ch` looks like."""
        return f"arn:aws:partnercentral:us-east-1:123456789012:catalog/AWS/{_SAMPLES[kind]}"

    @property
    def kind(self) -> str:
        """The prefix of the short id: `pma`, `rs` or `ch`."""
        return self.id.partition("-")[0]

    @property
    def id(self) -> str:
        """The short id of the thing itself, such as `rs-l9o4fj3b5zb91`."""
        return self.path.rpartition("/")[2]

    @property
    def parent_id(self) -> str:
        """The short id of the program management account that a relationship belongs to."""
        return self.path.split("/")[1]


def short_id(text: str, kinds: tuple[str, ...], catalog: str | None = None) -> str:
    """
    Reduce an ARN or a short id to the short id, the one form that AWS answers with.

    *kinds* are the prefixes that fit (`pma`, `rs`, `ch`). Where *catalog* is known, an ARN has to
    be of that catalog. Raises ValueError with the form that is expected.
    """
    expected = " or ".join(f"{kind}- and 13 lower-case letters or digits" for kind in kinds)
    if not text.startswith("arn:"):
        if (match := _ID.fullmatch(text)) and match["kind"] in kinds:
            return text
        raise ValueError(f"must be an ARN or an id ({expected}), got {text!r}")
    arn = Arn.parse(text)
    if arn.kind not in kinds:
        raise ValueError(f"must be the ARN of {_articles(kinds)}, got {text!r}")
    if catalog is not None and arn.catalog != catalog:
        raise ValueError(f"is in catalog {arn.catalog}, but this resource is in {catalog}")
    return arn.id


def _articles(kinds: tuple[str, ...]) -> str:
    return " or ".join(f"a {KINDS[kind].replace('-', ' ')}" for kind in kinds)
