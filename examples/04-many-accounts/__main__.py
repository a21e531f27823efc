import pulumi
from pulumi_partnercentral.dynamic import channel

config = pulumi.Config()
management_id = config.get("management") or "777788889999"
customers = config.get_object("customers") or {"Acme": "888899990000", "Beta": "999900001111"}

account = channel.ProgramManagementAccount("account",
    program="SOLUTION_PROVIDER", account_id=management_id, display_name="Example Reseller")
join = channel.ChannelHandshake("join", handshake_type="PROGRAM_MANAGEMENT_ACCOUNT",
    associated_resource_identifier=account.arn)
joined = channel.ChannelHandshakeResponse("join-accepted",
    handshake_type="PROGRAM_MANAGEMENT_ACCOUNT", channel_handshake_identifier=join.arn,
    response="ACCEPT", receiver_account_id=management_id)

for name, customer_id in customers.items():
    customer = channel.Relationship(name, display_name=name, associated_account_id=customer_id,
        program_management_account_identifier=joined.associated_resource_id,
        association_type="END_CUSTOMER", sector="COMMERCIAL")
    service = channel.ChannelHandshake(f"{name}-service", handshake_type="START_SERVICE_PERIOD",
        associated_resource_identifier=customer.arn, payload={
            "start_service_period_payload": {
                "program_management_account_identifier": account.arn,
                "service_period_type": "MINIMUM_NOTICE_PERIOD", "minimum_notice_days": "30"}})
    channel.ChannelHandshakeResponse(f"{name}-accepted", handshake_type="START_SERVICE_PERIOD",
        channel_handshake_identifier=service.arn, response="ACCEPT",
        receiver_account_id=customer_id)
