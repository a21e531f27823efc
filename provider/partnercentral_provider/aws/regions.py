"""Which region requests are signed for, found without importing boto3 and without a call."""

import os


def require_region(profile: str | None) -> None:
    """
    Raise botocore's NoRegionError where neither the environment nor a profile names a region.

    Looks where boto3 does (its documents, "Configuration"), and at AWS_REGION, which every other
    AWS tool reads. Raises ProfileNotFound where the profile does not exist. The files are read only
    where the environment says nothing: that imports botocore, 0.1 s.
    """
    if os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"):
        return
    from botocore.exceptions import NoRegionError
    from botocore.session import Session

    if not Session(profile=profile).get_config_variable("region"):
        raise NoRegionError
