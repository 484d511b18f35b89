"""Edits Word files in LibreOffice as a hand would; run by LibreOffice's own Python, asked over its standard input.

Each line of the input is one task in JSON: ``{"source", "target", "steps": [[name, argument, …], …]}``. What a step is called is
the name of a method of ``Hand``. The answer is a line ``{"error": ""}``, or with what went wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.text.ControlCharacter import LINE_BREAK, PARAGRAPH_BREAK
from com.sun.star.util import DateTime


def _property(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


class Hand:
    """One opened document and what a hand does to it. Words stand for the first place at which they are found."""

    def __init__(self, context: Any, source: Path, viewed: bool) -> None:
        self.factory = context.ServiceManager
        self.context = context
        self.document = self._made("com.sun.star.text.TextDocument")
        options = (_property("URL", source.as_uri()), _property("FilterName", "MS Word 2007 XML"))
        self.document.load((*options, _property("MacroExecutionMode", 0)))
        # LibreOffice 7.4 without a screen ends where a comment meets a window: comments are added without one, and do not
        # get into one.
        if viewed:
            self._without_comments()
            shown = (_property("Model", self.document), _property("Hidden", True))
            self._made("com.sun.star.frame.Desktop").loadComponentFromURL("private:object", "_blank", 0, shown)
        self.dispatcher = self._made("com.sun.star.frame.DispatchHelper")

    def save(self, target: Path) -> None:
        self.document.storeToURL(target.as_uri(), (_property("FilterName", "MS Word 2007 XML"),))

    def close(self) -> None:
        self.document.close(True)

    # ------------------------------------------------------------ who and how

    def author(self, name: str) -> None:
        """Who the user of this LibreOffice is."""
        self._configure("/org.openoffice.UserProfile/Data", givenname=name, sn="")

    def track(self, on: bool) -> None:
        self.document.RecordChanges = on

    # ------------------------------------------------------------ words

    def replace(self, old: str, new: str) -> None:
        self._found(old).setString(new)

    def replace_all(self, old: str, new: str) -> None:
        search = self.document.createReplaceDescriptor()
        search.SearchString, search.ReplaceString = old, new
        if not self.document.replaceAll(search):
            raise LookupError(old)

    def type_after(self, words: str, text: str) -> None:
        at = self._found(words)
        at.Text.insertString(at.End, text, False)

    def type_before(self, words: str, text: str) -> None:
        at = self._found(words)
        at.Text.insertString(at.Start, text, False)

    def delete(self, words: str) -> None:
        self._found(words).setString("")

    def break_line(self, words: str) -> None:
        """A line end without a new paragraph, after the words."""
        at = self._found(words)
        at.Text.insertControlCharacter(at.End, LINE_BREAK, False)

    # ------------------------------------------------------------ paragraphs

    def add_after(self, words: str, text: str) -> None:
        """A new paragraph below the one in which the words stand."""
        at = self._cursor(words)
        at.gotoEndOfParagraph(False)
        at.Text.insertControlCharacter(at, PARAGRAPH_BREAK, False)
        at.Text.insertString(at, text, False)

    def add_before(self, words: str, text: str) -> None:
        """A new paragraph above the one in which the words stand."""
        at = self._cursor(words)
        at.gotoStartOfParagraph(False)
        at.Text.insertString(at, text, False)
        at.Text.insertControlCharacter(at, PARAGRAPH_BREAK, False)

    def remove_paragraph(self, words: str) -> None:
        """The whole paragraph, with the end of the one before it."""
        self._whole(words).setString("")

    def split(self, words: str) -> None:
        """The paragraph in two; the second one begins with the words."""
        at = self._found(words)
        at.Text.insertControlCharacter(at.Start, PARAGRAPH_BREAK, False)

    def merge(self, words: str) -> None:
        """The paragraph and the one that follows it made one."""
        at = self._cursor(words)
        at.gotoEndOfParagraph(False)
        at.goRight(1, True)
        at.setString("")

    def move_after(self, words: str, target: str) -> None:
        """Cut a paragraph and paste it below another one."""
        whole = self._whole(words)
        self._select(whole)
        self._do("Cut")
        at = self._cursor(target)
        at.gotoEndOfParagraph(False)
        self._select(at)
        self._do("Paste")

    def copy_after(self, words: str, target: str) -> None:
        """Copy a paragraph's words and paste them at the end of another paragraph."""
        self._select(self._found(words))
        self._do("Copy")
        at = self._cursor(target)
        at.gotoEndOfParagraph(False)
        self._select(at)
        self._do("Paste")

    # ------------------------------------------------------------ tables

    def cell(self, row_words: str, column: int, text: str) -> None:
        """Another text in the cell of this column in the row that has the words."""
        table, row = self._row(row_words)
        table.getCellByPosition(column, row).setString(text)

    def remove_row(self, words: str) -> None:
        table, row = self._row(words)
        self._select_cell(table, 0, row)
        self._do("DeleteRows")

    def add_row(self, words: str, texts: list[str]) -> None:
        """A row below the one that has the words."""
        table, row = self._row(words)
        self._select_cell(table, 0, row)
        self._do("InsertRowsAfter")
        for column, text in enumerate(texts):
            table.getCellByPosition(column, row + 1).setString(text)

    def remove_column(self, words: str, column: int) -> None:
        table, row = self._row(words)
        self._select_cell(table, column, row)
        self._do("DeleteColumns")

    def remove_table(self, words: str) -> None:
        table, row = self._row(words)
        self._select_cell(table, 0, row)
        self._do("DeleteTable")

    # ------------------------------------------------------------ looks, notes, pictures

    def bold(self, words: str) -> None:
        self._select(self._found(words))
        self._do("Bold")

    def style(self, words: str, name: str) -> None:
        self._found(words).ParaStyleName = name

    def restyle(self, name: str, key: str, value: Any) -> None:
        """A setting of a paragraph style, e.g. ``ParaTopMargin`` in hundredths of a millimetre."""
        self.document.StyleFamilies.getByName("ParagraphStyles").getByName(name).setPropertyValue(key, value)

    def comment(self, words: str, text: str, author: str) -> None:
        note = self.document.createInstance("com.sun.star.text.textfield.Annotation")
        note.Author, note.Content = author, text
        note.DateTimeValue = DateTime(0, 0, 30, 10, 8, 6, 2026, False)
        at = self._walked_to(words)
        at.Text.insertTextContent(at, note, True)

    def remove_picture(self) -> None:
        pictures = self.document.GraphicObjects
        picture = pictures.getByIndex(0)
        picture.Anchor.Text.removeTextContent(picture)

    # ------------------------------------------------------------ what was done

    def undo(self) -> None:
        self.document.UndoManager.undo()

    def accept_all(self) -> None:
        self._do("AcceptAllTrackedChanges")

    def reject_all(self) -> None:
        self._do("RejectAllTrackedChanges")

    # ------------------------------------------------------------ how it is found

    def _made(self, service: str) -> Any:
        return self.factory.createInstanceWithContext(service, self.context)

    def _without_comments(self) -> None:
        tracked, self.document.RecordChanges = self.document.RecordChanges, False
        fields = self.document.TextFields.createEnumeration()
        found = []
        while fields.hasMoreElements():
            found.append(fields.nextElement())
        for field in found:
            if field.supportsService("com.sun.star.text.textfield.Annotation"):
                field.Anchor.Text.removeTextContent(field)
        self.document.RecordChanges = tracked

    def _configure(self, path: str, **values: Any) -> None:
        provider = self._made("com.sun.star.configuration.ConfigurationProvider")
        service = "com.sun.star.configuration.ConfigurationUpdateAccess"
        access = provider.createInstanceWithArguments(service, (_property("nodepath", path),))
        for name, value in values.items():
            access.setPropertyValue(name, value)
        access.commitChanges()

    def _do(self, command: str, *arguments: Any) -> None:
        self.dispatcher.executeDispatch(self.document.CurrentController.Frame, f".uno:{command}", "", 0, arguments)

    def _select(self, target: Any) -> None:
        if not self.document.CurrentController.select(target):
            raise LookupError("nothing to select")

    def _found(self, words: str) -> Any:
        search = self.document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = words, True
        found = self.document.findFirst(search)
        if found is None:
            raise LookupError(words)
        return found

    def _walked_to(self, words: str) -> Any:
        """``_found`` without a window, where nothing is searched: the words in a paragraph of the text or of a table."""
        texts = [self.document.Text]
        while texts:
            parts = texts.pop().createEnumeration()
            while parts.hasMoreElements():
                part = parts.nextElement()
                if part.supportsService("com.sun.star.text.TextTable"):
                    texts += [part.getCellByName(name) for name in part.getCellNames()]
                elif (start := part.getString().find(words)) >= 0:
                    at = part.Text.createTextCursorByRange(part.Start)
                    at.goRight(start, False)
                    at.goRight(len(words), True)
                    return at
        raise LookupError(words)

    def _cursor(self, words: str) -> Any:
        found = self._found(words)
        return found.Text.createTextCursorByRange(found.Start)

    def _whole(self, words: str) -> Any:
        """A paragraph from the end of the one before it to its own."""
        at = self._cursor(words)
        at.gotoStartOfParagraph(False)
        at.goLeft(1, False)
        at.goRight(1, True)
        at.gotoEndOfParagraph(True)
        return at

    def _row(self, words: str) -> tuple[Any, int]:
        search = self.document.createSearchDescriptor()
        search.SearchString = words
        found = self.document.findFirst(search)
        while found is not None and found.Cell is None:
            found = self.document.findNext(found.End, search)
        if found is None:
            raise LookupError(words)
        name = found.Cell.CellName
        return found.TextTable, int("".join(letter for letter in name if letter.isdigit())) - 1

    def _select_cell(self, table: Any, column: int, row: int) -> None:
        cell = table.getCellByPosition(column, row)
        self._select(cell.createTextCursor())


def _connected(pipe: str, office: subprocess.Popen[bytes]) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not yet listening
            time.sleep(0.05)
    raise RuntimeError("LibreOffice ended")


def _edited(context: Any, source: Path, target: Path, steps: list[list[Any]]) -> None:
    hand = Hand(context, source, all(name != "comment" for name, *_ in steps))
    try:
        for name, *arguments in steps:
            getattr(hand, name)(*arguments)
        hand.save(target)
    finally:
        hand.close()


def main(pipe: str, *command: str) -> None:
    office = subprocess.Popen([*command, f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL)
    context = _connected(pipe, office)
    for line in sys.stdin:
        task = json.loads(line)
        try:
            _edited(context, Path(task["source"]), Path(task["target"]), task["steps"])
            error = ""
        except Exception:  # told to the test
            error = traceback.format_exc(limit=-3)
        sys.stdout.write(json.dumps({"error": error}) + "\n")
        sys.stdout.flush()
    office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
