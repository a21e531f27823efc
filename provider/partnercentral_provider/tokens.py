"""Type tokens, as both doors spell them; they are in every stack's state, and for ever."""


def in_process(token: str) -> str:
    """Give the token of a resource served in-process, by Pulumi's dynamic provider."""
    package, module, kind = token.split(":")
    return f"pulumi-python:dynamic/{package}/{module}:{kind}"
