import pulumi
from pulumi_partnercentral.dynamic import channel

config = pulumi.Config()
management_id = config.get("management") or "121212121212"
members = config.get_object("members") or ["131313131313", "141414141414"]

account = channel.ProgramManagementAccount("account", display_name="Example Managed Services",
    program="MANAGED_SERVICES_PROVIDER", type="MANAGED_SERVICES", account_id=management_id)
join = channel.ChannelHandshake("join", handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
    associated_resource_identifier=account.arn)
joined = channel.ChannelHandshakeResponse("join-accepted",
    handshake_type="PROGRAM_MANAGEMENT_ACCOUNT", channel_handshake_identifier=join.arn,
    response="ACCEPT", receiver_account_id=management_id)

acme = channel.Relationship("acme", display_name="Acme", sector="COMMERCIAL",
    program_management_account_identifier=joined.associated_resource_id,  # waits for the answer
    association_type="MANAGED_SERVICES_END_CUSTOMER", account_scope="SPECIFIC_MEMBER_ACCOUNTS",
    associated_account_id=config.get("customer") or "151515151515")
contract = channel.ChannelContract("attestation", contract_type="MANAGED_SERVICES_ATTESTATION",
    cancel_reason="The customer is not served any more.", payload={
        "managed_services_attestation_payload": {
            "program_management_account_identifier": account.arn,
            "relationship_identifier": acme.arn,
            "end_date": config.get("endDate") or "2030-12-31",
            "supported_services": ["MONITORING", "PATCHING", "SECURITY"],
            "member_account_ids": members,
            "legal_entity_name": "Acme Incorporated",
            "legal_entity_address": {
                "address_line": "1 Main Street", "city": "Springfield",
                "state_or_region": "Oregon", "postal_code": "97477", "country_code": "US"},
            "signatory_name": "Jane Doe",
            "signatory_email": "jane@example.com"}})
pulumi.export("contract", contract.arn)
pulumi.export("status", contract.status)
