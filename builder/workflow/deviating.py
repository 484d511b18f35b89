"""Templates in use held against the layout profile of their publication: every deviation a warning, since an office may mean it.

What is asked for is set by the program itself: a Word template made from the publication's figures, and the Typst templates that come
with the program. Both print the same specimen as the templates in use. Word files are compared look by look (``inspection.likeness``);
PDFs are measured against the profile, and what the program's own PDF of that specimen shows, too (a substitute font, say), is passed over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.errors import Fault, Place
from builder.files import write_atomic
from builder.fonts import FontSet
from builder.inspection import likeness, pdf, profile
from builder.inspection.findings import Finding
from builder.publications import Title
from builder.render import docx_template, specimen
from builder.render.child import Engines
from builder.settings import shipped_templates

_ISSUE = '#import "/layout/official.typ": issue\n\n#issue(json("/view.json"))\n'
_MEANT = "有意这样改的不用理会。"


def deviations(templates: Path, title: Title, fontset: FontSet, engines: Engines) -> list[Fault]:
    """Every deviation of a publication's templates; those that are as the program makes them are not even set.

    Raises:
        RenderError: a template cannot be set.
    """
    with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as folder:
        own = _own(Path(folder).resolve(), title)
        return [*_word(templates, own, title, fontset, engines), *_paper(templates, own, title, fontset, engines)]


def _own(folder: Path, title: Title) -> Path:
    """Templates as the program makes them for the figures of this publication."""
    for path in sorted((shipped_templates() / "layout").glob("*.typ")):
        write_atomic(folder / "layout" / path.name, path.read_bytes())
    made = docx_template.make(title.layout, title.data.model_dump(by_alias=True))
    write_atomic(folder / title.id / "issue.docx", made)
    write_atomic(folder / title.id / "issue.typ", _ISSUE.encode())
    return folder


def _views(title: Title, fontset: FontSet) -> Iterator[dict[str, Any]]:
    """The specimen twice, so that every choice of a template is seen: as publications mostly are, and as they may be."""
    view = {**specimen.view(title.id, title.layout, fontset.families()), "清样": None, "压行": None, "套打": None}
    yield view
    head = {**view["报头"], "期号红": True, "红线": {"条": 2, "印": True}}
    contents = {**view["要目"], "字号": title.layout["要目"]["多目字号"]}
    foot = {**view["版记"], "印数位置": "线下"}
    number = {**view["页码"], "位置": "居中"}
    yield {**view, "报头": head, "要目": contents, "版记": foot, "页码": number}


def _word(templates: Path, own: Path, title: Title, fontset: FontSet, engines: Engines) -> Iterator[Fault]:
    name = f"{title.id}/issue.docx"
    if (templates / name).read_bytes() == (own / name).read_bytes():
        return
    told: dict[likeness.Deviation, None] = {}
    for view in _views(title, fontset):
        wanted, found = (engines.docx(folder, view, specimen.PHOTOS).result() for folder in (own, templates))
        told |= dict.fromkeys(likeness.deviations(wanted, found))
    for each in told:
        hint = f"{_MEANT}不是有意的，在 Word 里改样式或页面设置；或改 publication.yaml 的“版式”再重做模板。"
        yield Fault("template-look", "warning", Place(f"templates/{name}"), _told(each), hint)


def _told(each: likeness.Deviation) -> str:
    if each.aspect == likeness.PARAGRAPH:
        more = each.wanted == likeness.NONE
        return f"{'多了' if more else '少了'}{each.found if more else each.wanted}（样式“{each.what}”）。"
    seen = f"（如{each.example}）" if each.example else ""
    return f"{each.what}的{each.aspect}应为{each.wanted}，实为{each.found}{seen}。"


def _paper(templates: Path, own: Path, title: Title, fontset: FontSet, engines: Engines) -> Iterator[Fault]:
    if _sources(templates, title) == _sources(own, title):
        return
    asked, seen = profile.of(title), []
    view = next(_views(title, fontset))
    for folder in (own, templates):
        data = engines.pdf(folder, fontset.paths, view, specimen.PHOTOS).result()
        seen.append(pdf.inspect(data, f"{title.id}.pdf", asked).findings)
    usual = {_measured(finding) for finding in seen[0]}
    odd = [f for f in seen[1] if f.verdict != "合格" and _measured(f) not in usual]
    for same in _alike(odd):
        names, first = list(dict.fromkeys(f.element for f in same)), same[0]
        shown = "、".join(names[:3]) + (f"等 {len(names)} 处" if len(names) > 3 else "")
        message = f"PDF 的{shown}：{first.aspect}应为{first.rule}，实为{first.value or '没有'}。"
        hint = f"{_MEANT}不是有意的，改 PDF 模板（.typ）。{first.note}"
        yield Fault("template-look", "warning", Place(f"templates/{title.id}/issue.typ"), message, hint)


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings of the same aspect with the same values together: one figure of a template shows in many places."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.aspect, finding.rule, finding.value), []).append(finding)
    return list(groups.values())


def _sources(templates: Path, title: Title) -> Mapping[str, bytes]:
    """The Typst templates of one publication and those that all share."""
    folders = (templates / "layout", templates / title.id)
    return {f"{p.parent.name}/{p.name}": p.read_bytes() for folder in folders for p in sorted(folder.glob("*.typ"))}


def _measured(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.element, finding.aspect, finding.value
