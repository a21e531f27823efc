"""The templates of `pulumi new`, and what they ask with its defaults."""

from e2e.engine import ROOT

TEMPLATES = ROOT / "templates"
CONFIG = {
    "channel:accountId": "111122223333",
    "channel:customerId": "444455556666",
    "partnercentral:catalog": "Sandbox",
    "partnercentral:region": "us-east-1",
}
