"""Use cases, each one straight line: check, fix, build. The only room that knows all others; free of any face.

What needs LibreOffice is imported by itself, where it is used (``comparing``, ``inspecting``): loading it takes time.
"""

from builder.workflow.building import (
    FORMATS,
    Built,
    build,
    choose_printing,
    drafts,
    not_written,
    remember,
    summary,
    wanted_formats,
    warm,
    write,
)
from builder.workflow.checking import check, fix, template_fault, template_faults
from builder.workflow.opening import Opened, choose, issue_id, issue_ids, open_workspace
from builder.workflow.planning import Plan, compose_issue, font_notes, ordered, plan, shared
from builder.workflow.rendering import Rendered, Renderer, page_numbers
from builder.workflow.repeats import published_before

__all__ = [
    "FORMATS",
    "Built",
    "Opened",
    "Plan",
    "Rendered",
    "Renderer",
    "build",
    "check",
    "choose",
    "choose_printing",
    "compose_issue",
    "drafts",
    "fix",
    "font_notes",
    "issue_id",
    "issue_ids",
    "not_written",
    "open_workspace",
    "ordered",
    "page_numbers",
    "plan",
    "published_before",
    "remember",
    "shared",
    "summary",
    "template_fault",
    "template_faults",
    "wanted_formats",
    "warm",
    "write",
]
