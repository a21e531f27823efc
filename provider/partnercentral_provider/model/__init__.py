"""
What a resource is made of: fields, types, checking, diffing, ARNs, unknown values and errors.

Plain data lives here: no I/O, no Pulumi, no AWS, and nothing of the packages above.
"""
