"""Type tokens of the dynamic provider and of the plugin; they stay in every stack's state."""


def in_process(token: str) -> str:
    """Give the token of a resource served in-process, by Pulumi's dynamic provider."""
    package, module, kind = token.split(":")
    return f"pulumi-python:dynamic/{package}/{module}:{kind}"
