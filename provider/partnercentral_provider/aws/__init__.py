"""
The only package that knows boto3: who signs, how fast, AWS's errors, its lists and its tags.

It decides nothing about a resource's life, and knows nothing of Pulumi.
"""
