"""Printed forms: 文稿签批单, 年度期目 and 分发登记表, set by built-in templates that no office needs to copy.

A form is a plain value; ``view`` gives what its template is filled with and all its text in printed order.
"""

from builder.forms.approval import ApprovalSheet, approval_sheet
from builder.forms.form import PAGE, TEMPLATES, FormView
from builder.forms.handing import HandingList, HandingRow
from builder.forms.yearly import VOID, YearlyList, YearlyRow, yearly_docx

__all__ = [
    "PAGE",
    "TEMPLATES",
    "VOID",
    "ApprovalSheet",
    "FormView",
    "HandingList",
    "HandingRow",
    "YearlyList",
    "YearlyRow",
    "approval_sheet",
    "yearly_docx",
]
