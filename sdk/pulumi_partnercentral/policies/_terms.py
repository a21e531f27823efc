"""What is agreed on with customers and sellers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pulumi_policy import ResourceValidationArgs, ResourceValidationPolicy

from ._rule import ADVISORY, Props, days, payload, rule


@rule(
    "minimum-notice",
    "A service period that ends by notice has a notice of some length.",
    ADVISORY,
    days=days("The least notice, in days.", 30),
)
def minimum_notice(kind: str, args: ResourceValidationArgs) -> str | None:
    """Judge the terms of a service period, and of a raw handshake that offers one."""
    terms: Props = {}
    if kind == "ServicePeriod":
        terms = args.props
    elif kind == "ChannelHandshake":
        terms = payload(args.props, "startServicePeriodPayload")
    # A fixed commitment has an end, and no notice.
    stated, least = terms.get("minimumNoticeDays"), int(args.get_config()["days"])
    if stated is None or int(stated) >= least:
        return None
    return (
        f"The notice of this service period is {stated} days. Set `minimumNoticeDays` to {least} "
        "or more."
    )


def contract_end(now: Callable[[], datetime]) -> ResourceValidationPolicy:
    """Make the rule that needs a clock."""

    @rule(
        "contract-end",
        "A channel contract ends no sooner than in some time.",
        ADVISORY,
        days=days("The least number of days from now to its end.", 90),
    )
    def judge(kind: str, args: ResourceValidationArgs) -> str | None:
        if kind != "ChannelContract":
            return None
        end = payload(args.props, "managedServicesAttestationPayload").get("endDate")
        least = int(args.get_config()["days"])
        if end is None or _time(end) >= now() + timedelta(days=least):
            return None
        # The end itself is secret, as is all of the payload.
        return (
            f"This contract ends in less than {least} days. Set a later `endDate`, which sends a "
            "new contract for signature."
        )

    return judge


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 does not read "Z"
