"""The commands; each parses, calls one use case and prints what it gave."""

from builder.cli.commands.archive import archive, doctor
from builder.cli.commands.build import build
from builder.cli.commands.check import check
from builder.cli.commands.compare import compare
from builder.cli.commands.copies import copies
from builder.cli.commands.desk import list_
from builder.cli.commands.diff import diff
from builder.cli.commands.fonts import fonts
from builder.cli.commands.inspect import inspect
from builder.cli.commands.intake import import_
from builder.cli.commands.pdf import pdf
from builder.cli.commands.proof import proof
from builder.cli.commands.publish import correct, more, publish, reprint, void
from builder.cli.commands.register import register
from builder.cli.commands.search import search
from builder.cli.commands.sent import sent
from builder.cli.commands.signing import amend, log, return_, review, sign, submit
from builder.cli.commands.start import init, new, schema
from builder.cli.commands.template import template
from builder.cli.commands.volume import volume

ALL = (
    *(init, new, import_, check, build, pdf, inspect, compare, diff, list_),
    *(submit, review, sign, return_, amend, log),
    *(proof, publish, correct, void, reprint, more, copies, sent, register),
    *(archive, volume, doctor, search, schema, fonts, template),
)
