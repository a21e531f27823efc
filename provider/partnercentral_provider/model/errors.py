"""
Everything that can go wrong, as the user reads it:

A class's docstring tells the cause, and then what helps where a sentence says nothing of that:
docs/errors.md is made of both.

* ProviderError
  - NotFound          the thing is gone
  - Conflict          somebody else's thing, or change, stands in the way
  - Denied            AWS does not allow the call
  - Refused           AWS, or this provider, does not accept what was asked for
  - Throttled         AWS was still busy after every retry
  - QuotaExceeded     a quota of the account is used up
  - StillInForce      a deletion would end what is in force, and nobody allowed that
  - Unreachable       no answer from AWS
    - Unanswered      a change was sent, and nobody waited for the answer
  - Unauthenticated   no usable credentials
  - WrongAccount      the credentials are another account's
  - Misconfigured     the configuration of this provider is wrong, or names no region
  - UnsupportedByBoto3  the installed boto3 cannot send the request
"""

from collections.abc import Iterable


class ProviderError(Exception):
    """
    What a host may show: *what* happened, *why*, and *advice*, one sentence or two each.

    A *command* to copy stands alone below them, indented.
    """

    def __init__(self, what: str, why: str = "", advice: str = "", command: str = "") -> None:
        super().__init__(what, why, advice, command)
        self.what, self.why, self.advice, self.command = what, why, advice, command

    def __str__(self) -> str:
        text = " ".join(part for part in (self.what, self.why, self.advice) if part)
        return f"{text}\n\n    {self.command}\n" if self.command else text


class NotFound(ProviderError):
    """
    The thing is gone, or this account may not see it.

    Check the identifier, the catalog and the account; `pulumi refresh` takes what is gone out
    of the stack.
    """


class Conflict(ProviderError):
    """
    Another object, or another change of this one, stands in the way.

    Look at what the sentence names: manage that, wait for it, or remove it.
    """

    resource_id: str = ""
    """The short id of what stands in the way, where AWS tells."""

    existing: str = ""
    """The ARN of the equal object that a create would have made anew, where it was found."""


class Denied(ProviderError):
    """
    AWS does not allow the caller to do this.

    Give its role the actions that the sentence names, in the resource's catalog.
    """


class Refused(ProviderError):
    """
    AWS, or this provider, does not accept what was asked for.

    Correct what the sentence names, and run the command again.
    """


class Throttled(ProviderError):
    """
    AWS kept answering that there were too many requests.

    Run the command again, or state lower `rateLimits` where others call with the same account.
    """


class QuotaExceeded(ProviderError):
    """
    A quota of the account is used up.

    Wait, or ask AWS for more.
    """


class StillInForce(ProviderError):
    """
    A deletion would end what is in force, and no state allows it.

    Keep it, or set `forceDestroy: true` and deploy that alone before.
    """


class Unreachable(ProviderError):
    """
    AWS gave no answer, or said that it failed.

    Look at the network and the endpoint, and run the command again.
    """


class Unanswered(Unreachable):
    """
    A change was sent, and nobody waited for AWS's answer: it may have been made.

    Run the same command again on the same machine within the hour.
    """


class Awaiting(ProviderError):
    """
    Somebody else has not decided yet: the next run asks again.

    Nothing has to be repaired.
    """


class Canceled(ProviderError):
    """
    The user, or a timeout of theirs, ended the wait.

    Run the command again.
    """


class Unauthenticated(ProviderError):
    """
    There are no usable credentials.

    Sign in again, or correct the configuration of credentials.
    """


class WrongAccount(ProviderError):
    """
    The credentials belong to another account than the resource.

    Use the credentials, or the provider, of the account that the sentence names.
    """


class Misconfigured(ProviderError):
    """
    The configuration of this provider is wrong; the text names the key.

    Set that key anew.
    """


class UnsupportedByBoto3(ProviderError):
    """
    The installed boto3 cannot send what is asked for.

    Update boto3.
    """


def join_words(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does: `a, b and c`."""
    *head, tail = [*words] or ["none"]
    return f"{', '.join(head)} {last} {tail}" if head else tail
