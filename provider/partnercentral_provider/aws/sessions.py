"""
boto3 sessions: one for each profile of a configuration, shared by all accounts that it has.

A session of its own would cost each account 10 MB and 0.1 s for the same endpoints and models.
"""

from threading import RLock
from typing import Any

import boto3
import botocore.session
from botocore.credentials import Credentials

from .credentials import Keys
from .models import loader


class _Shared(botocore.session.Session):  # type: ignore[misc] # botocore is untyped
    """A session whose clients sign with the credentials of the moment they are made."""

    signing: Any = None

    def get_credentials(self) -> Any:
        return self.signing or super().get_credentials()


class Session:
    """A profile of the shared configuration, or none; *region* where it names none."""

    def __init__(self, profile: str | None, region: str | None) -> None:
        self._lock = RLock()
        self._inner = _Shared(profile=profile)
        self._inner.register_component("data_loader", loader())
        self._outer = boto3.Session(botocore_session=self._inner, region_name=region)

    def client(self, credentials: Any, service: str, **options: Any) -> Any:
        """Make a client that signs with these credentials; with what boto3 finds, where None."""
        with self._lock:
            self._inner.signing = credentials
            try:
                return self._outer.client(service, **options)
            finally:
                self._inner.signing = None

    def credentials(self) -> Any:
        """Find the credentials of the profile, as boto3 searches; None where there are none."""
        with self._lock:
            return self._inner.get_credentials()

    def partition(self) -> str:
        """Tell the partition of the region: `aws`, where there is none."""
        region = self._outer.region_name
        return str(self._inner.get_partition_for_region(region)) if region else "aws"


def static_credentials(keys: Keys) -> Any:
    """Make credentials of keys."""
    return Credentials(keys.access, keys.secret, keys.token, method="explicit")


def fixed(frozen: Any) -> Any:
    """Make credentials of frozen ones, which nothing renews."""
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
