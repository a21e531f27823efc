"""`pulumi-resource-partnercentral`: where Pulumi would find a plugin, until there is one."""

import sys

SENTENCE = (
    "This version of pulumi-partnercentral has no provider plugin yet. Use the same classes "
    "in-process: from pulumi_partnercentral.dynamic import channel"
)


def main() -> int:
    """Say what to use instead."""
    print(SENTENCE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
