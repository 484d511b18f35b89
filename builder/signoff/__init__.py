"""Sign-off: what is signed, which act may follow which, and what may still be changed after it.

No database: acts come as values, and issues as editions.
"""

from builder.signoff.amending import Change, changes, substantive
from builder.signoff.signed import (
    Pictured,
    pictures,
    publication_files,
    publication_hash,
    signed_hash,
    signed_record,
    signed_view,
)
from builder.signoff.standing import (
    Standing,
    allowed,
    may,
    may_type,
    name,
    out_of_order,
    remark,
    standing,
    version_name,
)

__all__ = [
    "Change",
    "Pictured",
    "Standing",
    "allowed",
    "changes",
    "may",
    "may_type",
    "name",
    "out_of_order",
    "pictures",
    "publication_files",
    "publication_hash",
    "remark",
    "signed_hash",
    "signed_record",
    "signed_view",
    "standing",
    "substantive",
    "version_name",
]
