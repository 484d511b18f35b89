"""The register: the chain of acts, numbers, search. The only door to SQLAlchemy."""

from builder.register.address import Address, address, being_made, unsafe
from builder.register.problems import CommitLost, damaged
from builder.register.register import Given, Head, Reading, Register, Turn, open_register

__all__ = [
    "Address",
    "CommitLost",
    "Given",
    "Head",
    "Reading",
    "Register",
    "Turn",
    "address",
    "being_made",
    "damaged",
    "open_register",
    "unsafe",
]
