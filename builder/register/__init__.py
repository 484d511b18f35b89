"""The register: the chain of acts, numbers, search. The only door to SQLAlchemy."""

from builder.register.address import Address, address, unsafe
from builder.register.problems import REBUILD, CommitLost
from builder.register.register import Given, Head, Reading, Register, Turn, open_register

__all__ = [
    "REBUILD",
    "Address",
    "CommitLost",
    "Given",
    "Head",
    "Reading",
    "Register",
    "Turn",
    "address",
    "open_register",
    "unsafe",
]
