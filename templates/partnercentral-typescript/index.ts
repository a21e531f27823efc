import * as pulumi from "@pulumi/pulumi";
import { channel } from "pulumi-partnercentral";

const config = new pulumi.Config();

// An account of yours joins your channel program, and is invited to it.
const account = new channel.ProgramManagementAccount("account", {
    program: "SOLUTION_PROVIDER",
    accountId: config.require("accountId"),
    displayName: "Example Reseller",
});
const invitation = new channel.ChannelHandshake("invitation", {
    handshakeType: "PROGRAM_MANAGEMENT_ACCOUNT",
    associatedResourceIdentifier: account.arn,
});

// A customer. Catalog AWS refuses it until the account has accepted its invitation: run `pulumi up`
// again then.
const customer = new channel.Relationship("customer", {
    programManagementAccountIdentifier: account.arn,
    associatedAccountId: config.require("customerId"),
    associationType: "END_CUSTOMER",
    sector: "COMMERCIAL",
    displayName: "Example Customer",
}, { dependsOn: [invitation] });

// What the customer is offered. Edit the terms, and the next `pulumi up` offers the new ones.
const period = new channel.ServicePeriod("service", {
    relationshipIdentifier: customer.arn,
    servicePeriodType: "MINIMUM_NOTICE_PERIOD",
    minimumNoticeDays: "30",
});

export const relationship = customer.arn;
export const service = period.status;
