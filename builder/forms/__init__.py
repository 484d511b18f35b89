"""Printed forms: 文稿签批单 and 年度期目, set by built-in templates that no office needs to copy.

A form is a plain value; ``view`` gives what its template is filled with and all its text in printed order.
"""

from builder.forms.approval import ApprovalSheet, approval_sheet
from builder.forms.form import PAGE, TEMPLATES, FormView

__all__ = ["PAGE", "TEMPLATES", "ApprovalSheet", "FormView", "approval_sheet"]
