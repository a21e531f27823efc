"""Accounts and relationships of managed services."""

from ..calls import VALIDATION
from ..probing import Findings, probe
from ..things import account, managed, reseller, start
from ..world import World


@probe("account_type_needed", needs=("contracts",))
def account_without_type(world: World) -> Findings:
    """Enrol a managed services provider without a type."""
    program = "MANAGED_SERVICES_PROVIDER"
    yield "account_type_needed", world.refused(lambda: account(world, program=program), VALIDATION)


@probe("managed_services_need_provider_program", needs=("contracts",))
def managed_by_a_reseller(world: World) -> Findings:
    """Record a customer of managed services under a solution provider."""
    parent = reseller(world)
    yield (
        "managed_services_need_provider_program",
        world.refused(lambda: managed(world, parent), VALIDATION),
    )


@probe("managed_services_start_at_creation", needs=("contracts",))
def begin_of_managed_services(world: World) -> Findings:
    """Record a customer of managed services without a start, and look for one."""
    yield "managed_services_start_at_creation", "startDate" in world.shown(managed(world))


@probe(
    "managed_services_take_service_periods", needs=("contracts",), keeps="perhaps a canceled offer"
)
def period_of_managed_services(world: World) -> Findings:
    """Offer a service period to a customer of managed services."""
    about = managed(world)
    refused = world.refused(lambda: start(world, about), VALIDATION)
    yield "managed_services_take_service_periods", not refused
