"""
What Pulumi asks of any resource, answered with plain values: hosts translate, this decides.

Hosts make `requests` and get `results`. `lifecycle` has the verbs that make no call, and hands the
others to `creating`, `reading`, `updating`, `deleting` and `listing`.
"""
