"""Values as programs know them; imports nothing, since a plugin needs it before all else."""

from typing import Any

Properties = dict[str, Any]
"""Inputs or outputs by their names, such as `displayName`."""
