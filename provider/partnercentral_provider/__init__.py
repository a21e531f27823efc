"""Manage an AWS Partner Central channel with Pulumi: one lifecycle behind thin hosts."""

__version__ = "0.1.0"
