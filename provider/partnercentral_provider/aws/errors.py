"""What each error of AWS and of boto3 means here, as our sentences; `client` raises them."""

from collections.abc import Callable
from typing import Any

from botocore import exceptions

from ..model.errors import (
    Conflict,
    Denied,
    Misconfigured,
    NotFound,
    ProviderError,
    QuotaExceeded,
    Refused,
    Throttled,
    Unauthenticated,
    Unreachable,
    UnsupportedByBoto3,
    join_words,
)
from .retries import refused_address

EXTRA_ACTIONS: dict[str, tuple[str, ...]] = {}
"""IAM actions that an operation checks besides its own, as the resources declare them."""

DENIED_ADVICE: dict[str, str] = {}
"""What to do where AWS denies an operation, as the resources declare it."""

_RATES = "The Channel API allows each account 3 writes and 5 reads a second of each operation."


def from_aws(error: exceptions.ClientError, account: Any) -> ProviderError:
    """
    Make the sentence of what AWS answered.

    *account* tells who called, for the sentence about a call that AWS does not allow.
    """
    code = error.response.get("Error", {}).get("Code", "")
    say = MEANING.get(code, _unforeseen)
    return say(error, account)


def _message(error: exceptions.ClientError, text: str = "") -> str:
    """Give what AWS says, or *text* in its place, with the id by which AWS knows the request."""
    text = (text or str(error.response.get("Error", {}).get("Message") or "")).strip()
    text = text if not text or text.endswith(".") else f"{text}."
    request = error.response.get("ResponseMetadata", {}).get("RequestId")
    return f"{text} Request id {request}.".strip() if request else text


def _denied(error: exceptions.ClientError, account: Any) -> ProviderError:
    operation = error.operation_name
    if operation.startswith("AssumeRole") or operation == "GetCallerIdentity":
        # Whoever calls these is not known yet, and asking would ask the same again.
        return Denied(f"AWS does not allow sts:{operation}.", _message(error))
    actions = [f"partnercentral:{a}" for a in (operation, *EXTRA_ACTIONS.get(operation, ()))]
    needed = f"needs {join_words(actions)}"
    advice = DENIED_ADVICE.get(operation)
    return Denied(
        f"AWS does not allow {account.caller_name()} to call {operation}.",
        _message(error),
        f"{advice} Its caller {needed}." if advice else f"It {needed} in this catalog.",
    )


def _refused(error: exceptions.ClientError, account: Any) -> ProviderError:
    fields = error.response.get("fieldList") or []
    reasons = "; ".join(f"{f.get('name')}: {f.get('message')}" for f in fields)
    return Refused(f"AWS does not accept this {error.operation_name}.", _message(error, reasons))


def _not_found(error: exceptions.ClientError, account: Any) -> ProviderError:
    return NotFound(
        f"{error.operation_name}: AWS does not know the resource, or this account may not see it.",
        _message(error),
        "Check the identifier, the account and the catalog.",
    )


def _conflict(error: exceptions.ClientError, account: Any) -> ProviderError:
    conflict = Conflict(f"{error.operation_name} conflicts with what AWS has.", _message(error))
    conflict.resource_id = str(error.response.get("resourceId") or "")
    return conflict


def _throttled(error: exceptions.ClientError, account: Any) -> ProviderError:
    sts = error.operation_name.startswith("AssumeRole") or "Caller" in error.operation_name
    return Throttled(
        f"AWS throttled {error.operation_name}, after every retry too.",
        _message(error, "" if sts else _RATES),
        "Run the command again: what was done is kept.",
    )


def _quota(error: exceptions.ClientError, account: Any) -> ProviderError:
    quota = error.response.get("quotaCode", "unknown")
    return QuotaExceeded(
        f"{error.operation_name} would exceed quota {quota} of the account.",
        _message(error),
        "Ask for more in the Service Quotas console. Of the quotas for handshakes, those that "
        "count by day free a place 24 hours after the handshake that took it was sent, and those "
        "that count pending ones as soon as one is answered or canceled.",
    )


def _failed(error: exceptions.ClientError, account: Any) -> ProviderError:
    return Unreachable(
        f"{error.operation_name} failed inside AWS, after every retry too.",
        _message(error),
        "Try again later.",
    )


def _expired(error: exceptions.ClientError, account: Any) -> ProviderError:
    return Unauthenticated(
        "The AWS credentials have expired.",
        _message(error),
        "Renew them, then run the command again; for IAM Identity Center:",
        f"aws sso login{account.profile_option()}",
    )


def _unknown_caller(error: exceptions.ClientError, account: Any) -> ProviderError:
    return Unauthenticated(
        "AWS does not accept the credentials.",
        _message(error),
        "Check which credentials are in use:",
        f"aws sts get-caller-identity{account.profile_option()}",
    )


def _unforeseen(error: exceptions.ClientError, account: Any) -> ProviderError:
    code = error.response.get("Error", {}).get("Code", "an error without a code")
    return ProviderError(f"{error.operation_name} failed with {code}.", _message(error))


MEANING: dict[str, Callable[[exceptions.ClientError, Any], ProviderError]] = {
    "AccessDeniedException": _denied,
    "AccessDenied": _denied,
    "ConflictException": _conflict,
    "ExpiredToken": _expired,
    "ExpiredTokenException": _expired,
    "InternalServerException": _failed,
    "InvalidClientTokenId": _unknown_caller,
    "InvalidSignatureException": _unknown_caller,
    "MissingAuthenticationTokenException": _unknown_caller,
    "RequestExpired": _expired,
    "ResourceNotFoundException": _not_found,
    "ServiceQuotaExceededException": _quota,
    "ServiceUnavailable": _failed,
    "SignatureDoesNotMatch": _unknown_caller,
    "Throttling": _throttled,  # STS's
    "ThrottlingException": _throttled,
    "UnrecognizedClientException": _unknown_caller,
    "ValidationException": _refused,
}
"""What each error code of AWS means here; a test holds it against botocore's model."""


def _unsendable(text: str, error: exceptions.BotoCoreError) -> ProviderError:
    """Tell a value that is wrong from a member that the installed boto3 does not know."""
    if isinstance(error, exceptions.ParamValidationError) and "Unknown parameter" not in text:
        return Refused("A value cannot be sent to AWS.", text, "Correct the value.")
    return UnsupportedByBoto3(
        "The installed boto3 cannot send this request.",
        text,
        "Update it:",
        "pip install --upgrade boto3",
    )


def _unreachable(text: str, error: exceptions.BotoCoreError) -> ProviderError:
    if address := refused_address(error):
        return Unreachable(
            "AWS gave no answer.",
            f"Nothing listens at {address}, the endpoint that is configured in place of AWS's own.",
            "Is the emulator running? Start it, or take the endpoint out of AWS_ENDPOINT_URL, "
            "`partnercentral:endpoints` or the AWS profile.",
        )
    return Unreachable(
        "AWS gave no answer.",
        text,
        "Check the network, the proxy, and AWS_ENDPOINT_URL if it is set.",
    )


def unknown_operation(name: str) -> ProviderError:
    """Make the sentence of an operation, by boto3's name, that the installed boto3 lacks."""
    return UnsupportedByBoto3(
        f"The installed boto3 does not know the operation {name}.",
        "It came to the Channel API later; channel contracts need boto3 1.44.8 or newer.",
        "Update it:",
        "pip install --upgrade boto3",
    )


def from_botocore(error: exceptions.BotoCoreError, account: Any) -> ProviderError:
    """Make the sentence of a call that AWS never answered, or that never left."""
    text = " ".join(str(error).split())
    text = text if text.endswith(".") else f"{text}."
    if isinstance(error, (exceptions.ParamValidationError, exceptions.UnknownServiceError)):
        return _unsendable(text, error)
    if isinstance(error, (exceptions.HTTPClientError, exceptions.EndpointConnectionError)):
        return _unreachable(text, error)
    for kinds, make in _FROM_BOTOCORE:
        if isinstance(error, kinds):
            return make(text, account)
    return ProviderError("boto3 could not make the call.", text)


_FROM_BOTOCORE: list[tuple[tuple[type[Exception], ...], Callable[[str, Any], ProviderError]]] = [
    (
        (exceptions.NoCredentialsError, exceptions.PartialCredentialsError),
        lambda text, account: Unauthenticated(
            "There are no AWS credentials.",
            text,
            "Set a profile (or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY):",
            "pulumi config set partnercentral:profile NAME",
        ),
    ),
    (
        (exceptions.NoRegionError,),
        lambda text, account: Misconfigured(
            "There is no AWS region.",
            "The Channel API is global, but its requests are signed for a region.",
            "Any commercial region will do:",
            "pulumi config set partnercentral:region us-east-1",
        ),
    ),
    (
        (exceptions.ProfileNotFound,),
        lambda text, account: Unauthenticated(
            "The AWS profile does not exist.",
            text,
            "See which there are:",
            "aws configure list-profiles",
        ),
    ),
    (
        (
            exceptions.SSOError,
            exceptions.TokenRetrievalError,
            exceptions.CredentialRetrievalError,
        ),
        lambda text, account: Unauthenticated(
            "The AWS credentials could not be loaded.",
            text,
            "If they come from IAM Identity Center, sign in again:",
            f"aws sso login{account.profile_option()}",
        ),
    ),
]
