"""A Word template as an office program saved it, made fit for filling: what the program took away or turned round is put right.

What stands here was seen in files that LibreOffice 7.4 had opened and saved. A template as ``template make`` writes it passes
through unchanged, byte for byte.
"""

from __future__ import annotations

import re

from builder.guard import Element, Opened, attribute, local, parse, write
from builder.render import word_tags
from builder.render.template import parts as made
from builder.render.template.styles import TYPING
from builder.render.template.xml import DRAWING_NAMESPACES, NAMESPACES

_STYLES, _SETTINGS, _APP = "word/styles.xml", "word/settings.xml", "docProps/app.xml"
# Children of w:pPr that may stand before those of TYPING (ISO/IEC 29500-1, 17.3.1.26).
_BEFORE = ("keepNext", "keepLines", "pageBreakBefore", "framePr")
_AMID = (*_BEFORE, "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens")
_PREFIXES = re.findall(r'xmlns:(\w+)="([^"]*)"', f"{NAMESPACES} {DRAWING_NAMESPACES}")
_ROOT = re.compile(rb"(<w:\w+)[\s>]")
_REFERENCES = (b"&quot;", b"&apos;", b"&#")  # how some write quotes, which docxtpl does not read within tags
_HYPHENS = ("suppressAutoHyphens",)


def parts(opened: Opened) -> dict[str, bytes]:
    """The parts of a template, put right. Those that need nothing are the very same bytes."""
    result = dict(opened.parts)
    by_libreoffice = b"LibreOffice" in opened.parts.get(_APP, b"")
    for name, root in opened.roots.items():
        if not name.startswith("word/") or not name.endswith(".xml"):
            continue
        changed = _without_fallback(root) or any(mark in opened.parts[name] for mark in _REFERENCES)
        changed |= word_tags.mended(root)
        if by_libreoffice and name == _STYLES:
            changed |= _typing_restored(root)
        if changed:
            result[name] = write(root)
        if b"|" in result[name]:  # a filter, it may be
            result[name] = _declared(result[name], root)
    if by_libreoffice and _SETTINGS in result:
        result[_SETTINGS] = _settings(opened.roots[_SETTINGS])
    return result


def _declared(part: bytes, root: Element) -> bytes:
    """The prefixes of what the filters make, declared at the root: programs declare ``a`` and ``pic`` only where they use them."""
    lacking = [f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES if prefix not in root.nsmap]
    opening = _ROOT.search(part)
    if not lacking or opening is None:
        return part
    return part[: opening.end(1)] + f" {' '.join(lacking)}".encode() + part[opening.end(1) :]


def _without_fallback(root: Element) -> bool:
    """Boxes once: the copy for programs of before 2010 would be filled, and moved, by itself."""
    found = [e for e in root.iter("{*}Fallback") if local(e.getparent()) == "AlternateContent"]  # type: ignore[arg-type]
    for fallback in found:
        parent = fallback.getparent()
        if parent is not None:
            parent.remove(fallback)
    return bool(found)


def _typing_restored(styles: Element) -> bool:
    """The rules of Chinese typing in the defaults and in ``Normal``: LibreOffice drops them, and turns ``overflowPunct`` round."""
    for element in [*styles.iter("{*}overflowPunct")]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    defaults = next(styles.iter("{*}pPrDefault"), None)
    normal = next((s for s in styles.iter("{*}style") if _normal(s)), None)
    for holder in (defaults, normal):
        properties = next((e for e in holder if local(e) == "pPr"), None) if holder is not None else None
        if properties is not None:
            _typed(properties)
    return True


def _normal(style: Element) -> bool:
    return attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on")


def _typed(properties: Element) -> None:
    wanted = list(parse(f"<x {NAMESPACES}>{TYPING}</x>".encode()))
    names = {local(e) for e in wanted}
    for child in [e for e in properties if local(e) in names or local(e) in _HYPHENS]:
        properties.remove(child)
    for new in wanted:
        after = _BEFORE if local(new) == "widowControl" else (*_AMID, *names)
        at = max((n + 1 for n, e in enumerate(properties) if local(e) in after), default=0)
        properties.insert(at, new)


def _settings(saved: Element) -> bytes:
    """The settings of a template that we make: LibreOffice drops the marks that begin or end no line, and packs punctuation."""
    two_sided = any(local(e) == "evenAndOddHeaders" for e in saved)
    return made.settings(two_sided).encode()
