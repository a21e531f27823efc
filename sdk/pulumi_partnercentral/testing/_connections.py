"""
Lets one process have programs of many engines, one after the other.

gRPC shares a process's connections by address, and waits before it tries a refused one again. Where
a new engine listens at the port of one that has ended, a program that runs in this process would
fail: "Resource monitor has terminated". Pulumi has no setting for it.
"""

from contextlib import suppress

with suppress(ImportError, AttributeError):
    from pulumi.runtime import _grpc_settings

    _grpc_settings._GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))
