"""boto3 as somebody beside Pulumi uses it on the emulator."""

from typing import Any

import boto3
from botocore.config import Config


def client_of(
    url: str,
    account: str = "123456789012",
    service: str = "partnercentral-channel",
    **options: Any,
) -> Any:
    """Make a client of an account, whose 12 digits are its access key, without retries."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
        **{"aws_access_key_id": account, "aws_secret_access_key": "secret"} | options,
    )
