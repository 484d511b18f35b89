"""Printed forms: 文稿签批单, 年度期目, 分发登记表, the pages round the issues of a 年度合订本; built-in templates set them.

A form is a plain value; ``view`` gives what its template is filled with and all its text in printed order.
"""

from builder.forms.approval import ApprovalSheet, approval_sheet
from builder.forms.form import PAGE, TEMPLATES, FormView
from builder.forms.handing import HandingList, HandingRow
from builder.forms.volume import BoundEntry, BoundIssue, Volume
from builder.forms.yearly import VOID, YearlyList, YearlyRow, yearly_docx

__all__ = [
    "PAGE",
    "TEMPLATES",
    "VOID",
    "ApprovalSheet",
    "BoundEntry",
    "BoundIssue",
    "FormView",
    "HandingList",
    "HandingRow",
    "Volume",
    "YearlyList",
    "YearlyRow",
    "approval_sheet",
    "yearly_docx",
]
