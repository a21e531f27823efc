"""
The Partner Central Channel API on loopback, for programs and tests without an AWS account.

Any AWS SDK can talk to it: the wire and the shapes are those of botocore's model, the rules are
those of AWS's documents. What AWS leaves open is an assumption, and each one a named setting.
Signatures are parsed to learn who calls, not verified. Nothing else of this project is known here.
"""

from .server import Emulator
from .settings import Settings

__all__ = ["Emulator", "Settings"]
