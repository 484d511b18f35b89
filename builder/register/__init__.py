"""The register: the chain of acts, numbers, search. The only door to SQLAlchemy."""

from builder.register.address import Address, address, unsafe
from builder.register.problems import REBUILD, CommitLost
from builder.register.register import Head, Reading, Register, Turn, open_register
from builder.register.schema import TOTALS

__all__ = [
    "REBUILD",
    "TOTALS",
    "Address",
    "CommitLost",
    "Head",
    "Reading",
    "Register",
    "Turn",
    "address",
    "open_register",
    "unsafe",
]
