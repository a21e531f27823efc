import * as pulumi from "@pulumi/pulumi";
import * as partnercentral from "pulumi-partnercentral";

const { channel } = partnercentral;
const config = new pulumi.Config();
const managementId = config.get("management") ?? "333344445555";
const customerId = config.get("customer") ?? "666677778888";

function actingAs(name: string, account?: string) {
    const assumeRoles = account ? [{ roleArn: `arn:aws:iam::${account}:role/Channel` }] : undefined;
    const catalog = config.get("catalog") ?? "Sandbox";
    return { provider: new partnercentral.Provider(name, { region: "us-east-1", catalog, assumeRoles }) };
}

const partner = actingAs("partner"); // your own credentials: the partner's linked account
const management = actingAs("management", managementId);
const customer = actingAs("customer", customerId);

const account = new channel.ProgramManagementAccount("account", {
    program: "SOLUTION_PROVIDER", accountId: managementId,
    displayName: config.get("accountName") ?? "Example Reseller" }, partner);
const join = new channel.ChannelHandshake("join", {
    handshakeType: "PROGRAM_MANAGEMENT_ACCOUNT", associatedResourceIdentifier: account.arn }, partner);
const joined = new channel.ChannelHandshakeResponse("join-accepted", {
    handshakeType: "PROGRAM_MANAGEMENT_ACCOUNT", channelHandshakeIdentifier: join.arn,
    response: "ACCEPT" }, management);

const acme = new channel.Relationship("acme", {
    displayName: "Acme", associatedAccountId: customerId,
    programManagementAccountIdentifier: joined.associatedResourceId, // waits for the answer
    associationType: "END_CUSTOMER", sector: "COMMERCIAL", resaleAccountModel: "END_CUSTOMER",
    tags: { team: config.get("team") ?? "blue" } }, partner);
const service = new channel.ServicePeriod("service", {
    relationshipIdentifier: acme.arn,
    servicePeriodType: "MINIMUM_NOTICE_PERIOD", minimumNoticeDays: "30" }, partner);
new channel.ChannelHandshakeResponse("service-accepted", {
    handshakeType: "START_SERVICE_PERIOD", channelHandshakeIdentifier: service.channelHandshakeArn,
    response: "ACCEPT" }, customer);

export const relationship = acme.arn;
