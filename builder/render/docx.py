"""DOCX: docxtpl's dialect, compiled once; each issue renders the body and splices it into the package.

The only importer of docxtpl and Jinja. docxtpl's own ``patch_xml`` turns the Word template into Jinja source, so a
template that works here works there; its own rendering is the oracle of a test.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from builder import guard
from builder.errors import RenderError
from builder.files import Member, member, zip_package
from builder.render import word_header, word_pitch, word_saved, word_sheet, word_stamp
from builder.render.template import fragments

_RELATIONS = "word/_rels/document.xml.rels"
STYLES = "word/styles.xml"
_CORE = "docProps/core.xml"
_TYPES = "[Content_Types].xml"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_TYPE_OF = {"png": "image/png", "jpeg": "image/jpeg"}
# Parts that ``word_sheet`` may change, also where a hand left no tag in them.
_CHANGED = re.compile(r"word/(?:document|(?:header|footer)\d*|footnotes|endnotes|numbering)\.xml")
_TAGGED = re.compile(r"\{[{%#]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0, production 2
# What a wrong expression raises.
_WRONG = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_LEVEL = 6
_RESTORE = "用 jianbao template make 刊物代号 --force 重做，或恢复备份。"
# What docxtpl leaves of a run that held only a tag: a hand that types there would get the look of the tag.
_EMPTY_RUN = re.compile(r"<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: [^>]*)?></w:t></w:r>", re.DOTALL)
_DATES = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_SAVED = re.compile(r"<cp:(lastModifiedBy|revision|lastPrinted)>[^<]*</cp:\1>")


def _relation(name: str) -> str:
    """Relationship id of a picture: its name is made of its content, so the id is as stable as the picture."""
    return f"rIdPicture{zlib.crc32(name.encode()):08x}"


def environment(styles: str = "") -> SandboxedEnvironment:
    """The Jinja environment of a Word template: sandboxed, escaping, strict about unknown names.

    ``styles`` is the text of the template's ``word/styles.xml``, whose styles the filters use.
    """
    env = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals = {"range": env.globals["range"]}  # bounded; the others reach into Python, or compute what a view gives
    env.filters["relid"] = _relation
    for name, made in fragments.filters(styles, _relation).items():
        env.filters[name] = partial(_as_xml, made)
    return env


def _as_xml(made: Callable[..., str], *arguments: Any) -> Markup:
    """What a filter made; it has escaped the text it took in."""
    return Markup(made(*arguments))


@dataclass(frozen=True, slots=True)
class _Package:
    """An opened template: members in order, those that carry tags compiled, the others deflated."""

    name: str
    members: tuple[tuple[str, Member | Template], ...]
    relations: str
    types: str
    styles: str


class Engine:
    """Renders views to DOCX; each publication's template is opened once."""

    def __init__(self, templates: Path) -> None:
        self._templates = templates
        self._packages: dict[str, _Package] = {}

    def render(self, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
        """The issue as DOCX bytes; the same view gives the same bytes.

        Raises:
            RenderError: the template is missing or broken, uses an unknown variable, or gives characters XML refuses.
        """
        package = self.prepare(view["刊物"])
        proof = word_header.wanted(view)
        parts = {
            _RELATIONS: partial(_with_relations, package.relations, photos, proof),
            _TYPES: partial(_with_types, package.types, photos, proof),
        }
        styles = word_pitch.styles(package.styles, word_pitch.figures(view))
        styles = word_sheet.changed(STYLES, styles, view)
        members = []
        for part, content in package.members:
            if (photos or proof) and part in parts:
                members.append(member(part, parts[part]().encode(), _LEVEL))
            elif part == STYLES and styles != package.styles:
                members.append(member(part, styles.encode(), _LEVEL))
            elif isinstance(content, Member):
                members.append(content)
            else:
                text = word_sheet.changed(part, _fill(content, view, package.name), view)
                members.append(member(part, text.encode(), _LEVEL))
        if proof:
            members += [member(name, text.encode(), _LEVEL) for name, text in word_header.parts(view).items()]
        members.append(member(word_stamp.PART, word_stamp.part(view).encode(), _LEVEL))
        members += [member(f"word/media/{photo}", data, 0) for photo, data in sorted(photos.items())]
        return zip_package(members)

    def prepare(self, publication: str) -> _Package:
        """The publication's template, opened and compiled; once.

        Raises:
            RenderError: see ``render``.
        """
        if publication not in self._packages:
            self._packages[publication] = self._open(publication)
        return self._packages[publication]

    def _open(self, publication: str) -> _Package:
        name = f"templates/{publication}/issue.docx"
        try:
            data = (self._templates / publication / "issue.docx").read_bytes()
            contents = _stamped(_parts(data, name))
            styles = contents.get(STYLES, b"").decode()
            env = environment(styles)
            members = tuple((n, _prepared(env, n, part, data)) for n, part in contents.items())
            return _Package(name, members, contents[_RELATIONS].decode(), contents[_TYPES].decode(), styles)
        except FileNotFoundError as error:
            raise RenderError(f"缺少 Word 模板 {name}。", "用 jianbao template make 重新生成。") from error
        except (MemoryError, RecursionError) as error:
            raise _excessive(name, error) from error
        except (KeyError, OSError, UnicodeDecodeError) as error:
            raise RenderError(f"{name} 不是完好的 Word 文件。", _RESTORE) from error
        except TemplateSyntaxError as error:
            raise RenderError(f"{name} 中的模板标记写错了：{error.message}。", "在 Word 中改正这处标记。") from error


def _parts(package: bytes, name: str) -> dict[str, bytes]:
    """The parts of a package that the guard lets pass."""
    opened = guard.opened(package, "docx", name, links=False)
    if opened.faults:
        first = opened.faults[0]
        raise RenderError(f"{first.place.file} {first.message}，不能使用。", _RESTORE, opened.faults)
    return word_saved.parts(opened)


def _stamped(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts with room for the stamp; what the template's own part of that name holds is its author's, not the issue's."""
    changed = {"_rels/.rels": word_stamp.related, _TYPES: word_stamp.typed}
    kept = {name: data for name, data in parts.items() if name != word_stamp.PART}
    return {name: changed[name](data.decode()).encode() if name in changed else data for name, data in kept.items()}


def source(name: str, data: bytes, package: bytes) -> str | None:
    """The Jinja source of a part; None when it carries no tag."""
    text = data.decode() if name.endswith(".xml") else ""
    if name == _CORE:  # the issue's own date, whenever and by whomever the template was saved
        text = _SAVED.sub("", _DATES.sub("\\1{{ 元数据.日期 }}T00:00:00Z", text))
    if not _TAGGED.search(text):
        return None
    if name.startswith("word/"):
        text = _EMPTY_RUN.sub("", DocxTemplate(BytesIO(package)).patch_xml(text))
    return text


def _prepared(env: SandboxedEnvironment, name: str, data: bytes, package: bytes) -> Member | Template:
    """A part ready to be written; one that is filled, or that a run may move or take colours from, as a template."""
    text = source(name, data, package)
    if text is None and _CHANGED.fullmatch(name):
        text = data.decode()
    return member(name, data, 9) if text is None else env.from_string(text)


def _fill(template: Template, view: Mapping[str, Any], name: str) -> str:
    try:
        text = template.render(view)
    except (MemoryError, OverflowError, RecursionError) as error:
        raise _excessive(name, error) from error
    except _WRONG as error:
        raise RenderError(f"{name} 用了没有的变量或写错了：{error}。", "对照 docs/templates.md 改正模板。") from error
    found = _ILLEGAL.search(text)
    if found:
        raise RenderError(f"{name} 生成了 Word 不能保存的字符 U+{ord(found[0]):04X}。", "从稿件或模板中删去这个字符。")
    return text


def _excessive(name: str, error: Exception) -> RenderError:
    """A template asks for more than this process has; how much it may have at all, only a process of its own can set."""
    told = "模板标记嵌套过深，或宏调用了自己" if isinstance(error, RecursionError) else "模板标记要的内存或数值过大"
    return RenderError(f"{name} 中的{told}。", "对照 docs/templates.md 改正模板，或恢复备份。")


def _with_relations(relations: str, photos: Mapping[str, bytes], proof: bool) -> str:
    items = [(_relation(n), _IMAGE, f"media/{n}") for n in sorted(photos)]
    items += word_header.RELATIONS if proof else ()
    added = "".join(f'<Relationship Id="{id_}" Type="{kind}" Target="{to}"/>' for id_, kind, to in items)
    return relations.replace("</Relationships>", f"{added}</Relationships>")


def _with_types(types: str, photos: Mapping[str, bytes], proof: bool) -> str:
    wanted = sorted({n.rpartition(".")[2] for n in photos})
    added = "".join(
        f'<Default Extension="{e}" ContentType="{_TYPE_OF[e]}"/>' for e in wanted if f'Extension="{e}"' not in types
    )
    if proof:
        headers = (
            f'<Override PartName="/word/{to}" ContentType="{word_header.TYPE}"/>' for *_, to in word_header.RELATIONS
        )
        types = types.replace("</Types>", f"{''.join(headers)}</Types>")
    head, tag, rest = types.partition("<Default")
    return f"{head}{added}{tag}{rest}"
