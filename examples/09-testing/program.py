"""A customer with a service period, and what the customer runs to agree to it."""

import pulumi
from pulumi_partnercentral.dynamic import channel


def customer(name, account_id, reseller, notice):
    """Record a customer of a reseller, and offer it a service period with so many days' notice."""
    relationship = channel.Relationship(name, display_name=name.capitalize(),
        associated_account_id=account_id, association_type="END_CUSTOMER", sector="COMMERCIAL",
        program_management_account_identifier=reseller, tags={"managed-by": "pulumi"})
    service = channel.ServicePeriod(f"{name}-service", relationship_identifier=relationship.arn,
        service_period_type="MINIMUM_NOTICE_PERIOD", minimum_notice_days=notice)
    return relationship, service


def program():
    notice = pulumi.Config().get_int("notice") or 30
    reseller = channel.ProgramManagementAccount("reseller", program="SOLUTION_PROVIDER",
        account_id="111122223333", display_name="Example Reseller")
    acme, service = customer("acme", "444455556666", reseller.arn, notice)
    pulumi.export("relationship", acme.arn)
    pulumi.export("status", service.status)


def accept_offers(client):
    """Accept every service period that is offered to the client's account; say how many."""
    pages = client.get_paginator("list_channel_handshakes").paginate(catalog="Sandbox",
        handshakeType="START_SERVICE_PERIOD", participantType="RECEIVER", statuses=["PENDING"])
    offers = [item["id"] for page in pages for item in page["items"]]
    for offer in offers:
        client.accept_channel_handshake(catalog="Sandbox", identifier=offer)
    return len(offers)
