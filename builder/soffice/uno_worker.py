"""Runs in LibreOffice's own Python, never in ours: starts LibreOffice, has it set Word files, writes PDF.

Started as a file: ``uno_worker.py PIPE LEFT PROGRAM [OPTION]…``. It takes a JSON object a line, ``{"source", "target"}``, and
gives one back: ``{"state": "ready"}`` first, or ``{"state": "no-uno"}`` where this Python has no UNO; then for each document
``{"state": "done"}``, ``{"state": "unreadable"}`` or ``{"state": "lost"}`` (LibreOffice is gone). It uses nothing of this
project and no newer Python than 3.8. Whoever started it watches its time and memory and ends it with LibreOffice.

Where that one is gone itself (killed, say), the input ends: then this leaves nothing behind, also in the midst of a document.
Another process ends all of its group, LibreOffice among them, and removes what ``LEFT``, a JSON list, names. On Unix it has to
lead a group of processes, as ``builder.programs`` starts it.

LibreOffice 7 reads three settings of a Word file wrongly: ``overflowPunct`` turned round; ``autoSpaceDE`` and ``autoSpaceDN``, and
the characters that begin or end no line (``noLineBreaksBefore``, ``noLineBreaksAfter``), not at all. They are set again as the file
says: the first two on every paragraph style and on every paragraph that has settings of its own, the sets for the document.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off")


class _Setting(NamedTuple):
    """What a place in the file says; None where it says nothing."""

    hanging: bool | None
    spaced: bool | None

    def over(self, below: _Setting) -> _Setting:
        """This one, and where it says nothing what another says."""
        hanging = below.hanging if self.hanging is None else self.hanging
        return _Setting(hanging, below.spaced if self.spaced is None else self.spaced)


_NOTHING = _Setting(None, None)
_WORDS_OWN = _Setting(True, True)  # what holds in Word where a file says nothing


# ---------------------------------------------------------------- what the file says


def _told(properties: ElementTree.Element | None) -> _Setting:
    """The settings among a ``w:pPr``."""
    if properties is None:
        return _NOTHING
    found: dict[str, bool | None] = {}
    for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN"):
        element = properties.find(_W + name)
        found[name] = None if element is None else element.get(_W + "val", "1") not in _OFF
    # LibreOffice has one switch for Latin letters and digits: on where either is.
    either = [found[name] for name in ("autoSpaceDE", "autoSpaceDN") if found[name] is not None]
    return _Setting(found["overflowPunct"], any(either) if either else None)


def _style_settings(styles: ElementTree.Element) -> Iterator[tuple[str, _Setting]]:
    """Every paragraph style by the name that LibreOffice gives it, with what holds for it."""
    base = _told(styles.find(f"{_W}docDefaults/{_W}pPrDefault/{_W}pPr")).over(_WORDS_OWN)
    own: dict[str, tuple[str, _Setting]] = {}
    names = {}
    for style in styles.iter(_W + "style"):
        if style.get(_W + "type") != "paragraph":
            continue
        based = style.find(_W + "basedOn")
        key = style.get(_W + "styleId", "")
        own[key] = ("" if based is None else based.get(_W + "val", ""), _told(style.find(_W + "pPr")))
        called = style.find(_W + "name")
        title = "" if called is None else called.get(_W + "val", "")
        names[key] = "Standard" if style.get(_W + "default") == "1" else title
    for key, name in names.items():
        setting, seen, at = _NOTHING, set(), key
        while at in own and at not in seen:
            seen.add(at)
            setting = setting.over(own[at][1])
            at = own[at][0]
        yield name, setting.over(base)


def _direct_settings(document: ElementTree.Element) -> dict[str, _Setting]:
    """Settings of paragraphs themselves, by their text without white space."""
    found = {}
    for paragraph in document.iter(_W + "p"):
        setting = _told(paragraph.find(_W + "pPr"))
        if setting != _NOTHING:
            text = "".join(part.text or "" for part in paragraph.iter(_W + "t"))
            found["".join(text.split())] = setting
    return found


def _line_edges(settings: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Language tag → characters that begin no line and those that end none, where the file has both sets."""
    found: dict[str, dict[str, str]] = {}
    for name in ("noLineBreaksBefore", "noLineBreaksAfter"):
        for element in settings.iter(_W + name):
            found.setdefault(element.get(_W + "lang", ""), {})[name] = element.get(_W + "val", "")
    return {
        lang: (each["noLineBreaksBefore"], each["noLineBreaksAfter"]) for lang, each in found.items() if len(each) > 1
    }


# ---------------------------------------------------------------- what LibreOffice made of it


def _set(target: Any, setting: _Setting) -> None:
    if setting.hanging is not None:
        target.ParaIsHangingPunctuation = setting.hanging
    if setting.spaced is not None:
        target.ParaIsCharacterDistance = setting.spaced


def _restrict(document: Any, edges: dict[str, tuple[str, str]]) -> None:
    """The file's own sets of characters that begin or end no line."""
    from com.sun.star.i18n import ForbiddenCharacters
    from com.sun.star.lang import Locale

    known = document.createInstance("com.sun.star.document.Settings").ForbiddenCharacters
    for tag, (start, end) in edges.items():
        language, _, country = tag.partition("-")
        known.setForbiddenCharacters(Locale(language, country, ""), ForbiddenCharacters(start, end))


def _corrected(document: Any, source: Path) -> None:
    """All three settings as the file says; the sets first, since only the others make LibreOffice set its lines again."""
    with zipfile.ZipFile(source) as package:
        names = package.namelist()
        if "word/settings.xml" in names:
            _restrict(document, _line_edges(ElementTree.fromstring(package.read("word/settings.xml"))))
        styles = ElementTree.fromstring(package.read("word/styles.xml")) if "word/styles.xml" in names else None
        body = ElementTree.fromstring(package.read("word/document.xml"))
    told = {} if styles is None else dict(_style_settings(styles))
    known = document.StyleFamilies.getByName("ParagraphStyles")
    folded = {name.casefold(): name for name in known.ElementNames}
    for name, setting in told.items():
        if name.casefold() in folded:
            _set(known.getByName(folded[name.casefold()]), setting)
    if "Standard" not in told:
        _set(known.getByName("Standard"), _WORDS_OWN)
    direct = _direct_settings(body)
    for paragraph in _paragraphs(document) if direct else ():
        _set(paragraph, direct.get("".join(paragraph.getString().split()), _NOTHING))


def _uncommented(document: Any) -> None:
    """No comment is printed; and LibreOffice 7 without a display ends where a view comes to a document that has comments."""
    document.RecordChanges = False  # else they would be marked as deleted, and stay
    fields = document.TextFields.createEnumeration()
    found = []
    while fields.hasMoreElements():
        found.append(fields.nextElement())
    for field in found:
        if field.supportsService("com.sun.star.text.textfield.Annotation"):
            field.Anchor.Text.removeTextContent(field)


def _paragraphs(document: Any) -> Iterator[Any]:
    """Every paragraph of the text, of tables and of frames."""
    frames = document.TextFrames
    texts = [document.Text, *(frames.getByIndex(n) for n in range(frames.Count))]
    while texts:
        parts = texts.pop().createEnumeration()
        while parts.hasMoreElements():
            part = parts.nextElement()
            if part.supportsService("com.sun.star.text.TextTable"):
                texts += [part.getCellByName(name) for name in part.getCellNames()]
            else:
                yield part


# ---------------------------------------------------------------- the run


def _property(name: str, value: Any) -> Any:
    from com.sun.star.beans import PropertyValue

    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _connected(pipe: str, office: subprocess.Popen[bytes]) -> Any:
    """What makes LibreOffice's documents; None when it ended before it answered."""
    import uno

    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    while office.poll() is None:
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not yet listening; which class it is differs between versions
            time.sleep(0.03)
            continue
        return there.ServiceManager
    return None


# What the PDF is: PDF/A-2b with tags, bookmarks and the pictures as they are; no comments, no forms.
_EXPORT = {
    "SelectPdfVersion": 2,
    "UseTaggedPDF": True,
    "ExportBookmarks": True,
    "UseLosslessCompression": True,
    "ReduceImageResolution": False,
    "ExportFormFields": False,
    "ExportNotes": False,
    "ExportNotesInMargin": False,
}


def _export() -> tuple[Any, ...]:
    import uno

    data = uno.Any(
        "[]com.sun.star.beans.PropertyValue", tuple(_property(name, value) for name, value in _EXPORT.items())
    )
    return _property("FilterName", "writer_pdf_Export"), _property("FilterData", data)


def _converted(factory: Any, source: Path, target: Path) -> str:
    options = {
        "Hidden": True,
        "MacroExecutionMode": 0,  # never
        "UpdateDocMode": 0,  # no links are followed
        "FilterName": "MS Word 2007 XML",
    }
    arguments = tuple(_property(name, value) for name, value in options.items())
    # Loaded without a view, which comes when all is put right: pages that are set once and then shrink would leave the foot's
    # box, once it has moved on to a page of its own, where it is.
    document = factory.createInstance("com.sun.star.text.TextDocument")
    try:
        document.load((_property("URL", source.as_uri()), *arguments))
        _uncommented(document)
        _corrected(document, source)
        document.setPropertyValue("ShowChanges", False)  # deleted text is not printed
        viewed = (_property("Model", document), _property("Hidden", True))
        factory.createInstance("com.sun.star.frame.Desktop").loadComponentFromURL("private:object", "_blank", 0, viewed)
        document.storeToURL(target.as_uri(), _export())
    finally:
        document.close(True)
    return "done"


def _answer(factory: Any, office: subprocess.Popen[bytes], line: str) -> dict[str, str]:
    asked = json.loads(line)
    try:
        return {"state": _converted(factory, Path(asked["source"]), Path(asked["target"]))}
    except Exception as error:  # LibreOffice's own are told apart only by whether it still lives
        time.sleep(0.2)  # a process that crashes takes a moment to be gone
        state = "unreadable" if office.poll() is None and "Disposed" not in type(error).__name__ else "lost"
        return {"state": state, "why": f"{type(error).__name__}: {error}"[:300]}


def _listen(lines: queue.SimpleQueue[str], left: str) -> None:
    """Hand on every line of the input; at its end nobody is there for whom to go on."""
    for line in sys.stdin:
        lines.put(line)
    _leave(left)


def _leave(left: str) -> None:
    """End this process, LibreOffice and all that belongs to them, and what they leave; from outside, since both end."""
    apart: dict[str, Any] = {"start_new_session": True} if sys.platform != "win32" else {}
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-s", __file__, "--after", str(os.getpid()), left]
    subprocess.Popen(command, cwd=os.path.sep, stdin=quiet, stdout=quiet, stderr=quiet, **apart)


def _sweep(worker: int, left: list[str]) -> None:
    """End a worker with all that it started; then remove files and folders, for a while also those that come back."""
    if sys.platform == "win32":
        subprocess.call(["taskkill", "/F", "/T", "/PID", str(worker)])
    else:
        with suppress(OSError):  # nobody is left
            os.killpg(worker, signal.SIGKILL)
    for _ in range(50):
        for path in map(Path, left):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        if not any(os.path.lexists(path) for path in left):
            return
        time.sleep(0.1)


def _serve(pipe: str, command: list[str], lines: queue.SimpleQueue[str]) -> None:
    """Start LibreOffice and answer for every document; ends only by being ended, or when nobody reads the answers."""
    quiet = subprocess.DEVNULL
    accept = f"--accept=pipe,name={pipe};urp;"
    office = subprocess.Popen([*command, accept], stdin=quiet, stdout=quiet, stderr=quiet)
    factory = _connected(pipe, office)
    _tell({"state": "lost" if factory is None else "ready"})
    while True:
        _tell(_answer(factory, office, lines.get()))


def _tell(answer: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Serve until the input ends; or (``--after PID LEFT``) clear up after another one."""
    if arguments[0] == "--after":
        _sweep(int(arguments[1]), json.loads(arguments[2]))
        return
    pipe, left, *command = arguments
    try:
        import uno  # noqa: F401 - is it there?
    except ImportError:
        _tell({"state": "no-uno"})
        return
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines, left), daemon=True).start()
    try:
        _serve(pipe, command, lines)
    finally:
        _leave(left)


if __name__ == "__main__":
    main(sys.argv[1:])
