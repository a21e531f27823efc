"""
What Pulumi asks of any resource, answered with plain values: hosts translate, this decides.

`lifecycle` holds the verbs.
"""
