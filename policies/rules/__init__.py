"""
The rules of the pack, a file for each theme; none knows the provider.

The engine shows a rule the inputs of a resource as the provider's check returns them: the catalog
and the default tags of the provider's configuration are filled in, days and times have one form.
They are the same in both forms of the provider, under two types. What is known only after apply
raises UnknownValueError where it is read, which shows as an advisory: so a rule reads no more than
it needs.
"""
