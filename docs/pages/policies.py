"""The least that IAM has to allow, by what each resource declares that it calls."""

import json
from collections.abc import Collection, Iterable

from partnercentral_provider.aws.errors import EXTRA_ACTIONS
from partnercentral_provider.model.handshakes import TYPES
from partnercentral_provider.resources import by_token
from partnercentral_provider.resources.contract import Resource

TAGGING = ("ListTagsForResource", "TagResource", "UntagResource")


def actions(kinds: Iterable[type[Resource]]) -> set[str]:
    """Name the actions of IAM that these resources need, without the prefix."""
    found: set[str] = set()
    for kind in kinds:
        extra = {action for name in kind.operations for action in EXTRA_ACTIONS.get(name, ())}
        # What has no tags sends none: AWS asks for no right to them.
        found.update(kind.operations, extra | {*TAGGING} if kind.taggable() else extra - {*TAGGING})
    return found


def policy(allowed: Collection[str], **conditions: list[str]) -> str:
    """Spell a policy for these actions in one catalog."""
    given: dict[str, str | list[str]] = {"partnercentral:Catalog": "Sandbox"}
    given |= {f"partnercentral:{name}": values for name, values in conditions.items()}
    statement = {
        "Effect": "Allow",
        "Action": [f"partnercentral:{name}" for name in sorted(allowed)],
        "Resource": "*",
        "Condition": {"StringEquals": given},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def text() -> str:
    """Spell the chapter: both policies, and what each resource needs of them."""
    kinds = by_token().values()
    answering = [kind for kind in kinds if "receiverAccountId" in kind.Inputs.names()]
    owning = [kind for kind in kinds if kind not in answering]
    owned = actions(owning)
    contracts = {name for name in owned if "ChannelContract" in name}
    rows = "".join(
        f"| `{kind.__name__}` | {', '.join(f'`{name}`' for name in sorted(actions([kind])))} |\n"
        for kind in sorted(kinds, key=lambda kind: kind.__name__)
    )
    return f"""\
### For the partner's linked account

It owns and signs everything but answers. A role that manages only some of these resources needs
the actions of those alone.

```json
{policy(owned - contracts)}
```

For [managed services](managed-services.md) besides:

```json
{policy(contracts)}
```

### For an account that answers

An account that joins a program answers `PROGRAM_MANAGEMENT_ACCOUNT`, a customer or a seller the
others: leave the types in its policy that it answers.

```json
{policy(actions(answering), ChannelHandshakeType=sorted(TYPES))}
```

### What each resource needs

Each action is one of `partnercentral:`. A `Relationship` needs `ListChannelContracts` only if it is
one of managed services.

| resource | actions |
|---|---|
{rows}"""
