pytest_plugins = ["pulumi_partnercentral.testing"]
