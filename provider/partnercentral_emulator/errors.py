"""Errors in AWS's shapes, with the HTTP codes of the service's own model."""

from typing import Any

STATUS = {
    "ValidationException": 400,
    "AccessDeniedException": 403,
    "ResourceNotFoundException": 404,
    "ConflictException": 409,
    "ServiceQuotaExceededException": 402,
    "ThrottlingException": 429,
    "InternalServerException": 500,
    "UnknownOperationException": 404,
    "SerializationException": 400,
    "UnrecognizedClientException": 403,
    "ExpiredTokenException": 403,
    "MissingAuthenticationTokenException": 403,
    "HostNotAllowedException": 403,
    "OriginNotAllowedException": 403,
    "RequestTimeoutException": 408,
}


class ApiError(Exception):
    """An answer of the service: its code, its message, and the members that its shape has."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.members = code, message, members
        self.retry_after: float | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return STATUS.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """The answer itself."""
        return {"__type": self.code, "message": self.message, **self.members}


def invalid(fields: list[dict[str, str]]) -> ApiError:
    """A request that its shape does not allow; one entry per field."""
    names = ", ".join(f["name"] for f in fields)
    return ApiError(
        "ValidationException",
        f"The request is not valid: {names}",
        reason="REQUEST_VALIDATION_FAILED",
        fieldList=fields,
    )


def refused(message: str, field: str = "", code: str = "INVALID_VALUE") -> ApiError:
    """A request that the business rules do not allow."""
    listed = [{"name": field, "code": code, "message": message}] if field else []
    return ApiError(
        "ValidationException", message, reason="BUSINESS_VALIDATION_FAILED", fieldList=listed
    )


def conflict(message: str, resource_id: str, resource_type: str) -> ApiError:
    """Another object, or another state of this one, stands in the way."""
    return ApiError(
        "ConflictException", message, resourceId=resource_id, resourceType=resource_type
    )


def not_found(resource_id: str, resource_type: str) -> ApiError:
    """No such object, or none that the caller may see."""
    return ApiError(
        "ResourceNotFoundException",
        f"{resource_type} {resource_id} was not found",
        resourceId=resource_id,
        resourceType=resource_type,
    )


def quota(message: str, code: str, resource_id: str, resource_type: str) -> ApiError:
    """A quota is used up."""
    return ApiError(
        "ServiceQuotaExceededException",
        message,
        quotaCode=code,
        resourceId=resource_id,
        resourceType=resource_type,
    )
