"""What a worker makes of one issue is what ``building.build`` makes of it, byte for byte."""

from __future__ import annotations

import pickle
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builder import fonts
from builder.batch import kept, performing
from builder.batch.crew import Shared
from builder.batch.here import Here
from builder.batch.jobs import Job, Outcome
from builder.files import sha256
from builder.render.child import Engines
from builder.render.printing import ORDINARY, Printing
from builder.settings import Limits, Workspace, workspace
from builder.soffice import office
from builder.workflow import planning
from builder.workflow.building import Built, build
from builder.workflow.opening import Opened, open_workspace
from tests.batch import given

ROOT = Path(__file__).resolve().parents[2]
LOOP = "#for i in range(100000) { for j in range(100000) {} }\n"
PRINTINGS = (
    ORDINARY,
    Printing(overprint=True, right=1.5, down=-2.0),
    Printing(black=True),
    Printing(four_colours=True, booklet=True),
)


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A copy of the sample workspace."""
    for name in ("templates", "content"):
        shutil.copytree(ROOT / name, tmp_path / "ws" / name)
    return workspace(tmp_path / "ws")


@pytest.fixture
def here() -> Iterator[Here]:
    """This process as the crew, with nothing of another test kept."""
    with Here() as crew:
        yield crew


def built(opened: Opened, printing: Printing, fontset: fonts.FontSet) -> dict[str, tuple[dict[str, bytes], Built]]:
    """Every issue as ``jianbao build`` makes it."""
    plan = replace(planning.plan(opened, (), printing), fontset=fontset)
    assert not plan.left_out
    made = {}
    for each in build(plan, opened.workspace, printing=printing):
        files = {path.suffix[1:]: path.read_bytes() for path in each.files}
        made[each.id] = files, replace(each, files=())
    return made


@pytest.mark.parametrize("printing", PRINTINGS, ids=lambda p: p.suffix or "ordinary")
def test_a_worker_makes_of_every_sample_issue_the_same_bytes_as_a_build(
    place: Workspace, here: Here, fontset: fonts.FontSet, printing: Printing
) -> None:
    opened = open_workspace(place)
    expected = built(opened, printing, fontset)
    shared = here.share(given.scene(opened, fontset, printing))
    for n, (issue, (files, told)) in enumerate(expected.items()):
        outcome = performing.render(given.job(opened, shared, issue, complete=n % 2 == 0))
        assert outcome.files == files, issue
        assert outcome.built == told
        assert outcome.refused is None
    assert len(expected) >= 5


def test_a_worker_that_cannot_see_the_workspace_makes_the_same_of_what_it_is_given(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    opened = open_workspace(place)
    near = here.share(given.scene(opened, fontset))
    expected = [performing.render(given.job(opened, near, issue)) for issue in opened.library.issues]
    far = here.share(given.scene(opened, fontset, far=True))
    jobs = [given.job(opened, far, issue, far=True) for issue in opened.library.issues]
    shutil.rmtree(place.root)
    assert [performing.render(job) for job in jobs] == expected


def test_an_issue_that_read_another_file_there_than_here_is_refused(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    opened = open_workspace(place)
    issue = next(iter(opened.library.issues))
    far = here.share(given.scene(opened, fontset, far=True))
    sent = given.job(opened, far, issue, far=True)
    outcome = performing.render(replace(sent, files={**sent.files, "content/素材/图.png": b"over a link and up again"}))
    assert outcome.files == {}
    assert [fault.code for fault in outcome.faults if fault.severity == "error"] == ["far-files"]


def test_faults_are_those_of_a_plan_of_the_issue_alone(place: Workspace, here: Here, fontset: fonts.FontSet) -> None:
    opened = open_workspace(place)
    shared = here.share(given.scene(opened, fontset))
    for issue in opened.library.issues:
        plan = planning.plan(opened, [issue])
        checked = performing.check(given.job(opened, shared, issue))
        own = tuple(f for f in plan.faults if not planning.shared(f))
        assert planning.ordered(checked.faults) == own
        assert checked.sound == (not plan.left_out)


def test_the_digests_are_those_of_every_file_that_was_read(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    opened = open_workspace(place)
    shared = here.share(given.scene(opened, fontset))
    seen: dict[str, str] = {}
    for issue, source in opened.library.issues.items():
        outcome = performing.render(given.job(opened, shared, issue))
        assert source.file in outcome.digests
        seen |= outcome.digests
    assert seen == {name: sha256((place.root / name).read_bytes()) for name in seen}
    kinds = {Path(name).suffix for name in seen}
    assert {".yaml", ".md", ".csv", ".png"} & kinds >= {".yaml", ".md"}


def first(opened: Opened, crew: Here, fontset: fonts.FontSet, limits: Limits | None = None) -> Job:
    """A job for the first sample issue that prints items."""
    shared = crew.share(given.scene(opened, fontset, limits=limits))
    return next(job for issue in opened.library.issues if (job := given.job(opened, shared, issue)).items)


def test_a_file_that_was_damaged_after_the_workspace_was_read_is_told_and_nothing_rendered(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    job = first(open_workspace(place), here, fontset)
    item = place.content / "items" / f"{job.items[0]}.md"
    item.write_text("---\n标题: [\n", encoding="utf-8")
    checked, outcome = performing.check(job), performing.render(job)
    assert not checked.sound
    assert not outcome.files
    assert outcome.refused is None
    assert {f"content/items/{job.items[0]}.md"} <= {f.place.file for f in outcome.faults if f.severity == "error"}
    (place.content / "issues" / f"{job.issue}.yaml").unlink()
    gone = performing.render(job)
    assert [f.code for f in gone.faults if f.severity == "error"][-2:].count("file-unreadable") >= 1


def test_an_error_that_opening_found_keeps_the_issue_from_being_rendered(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    from builder.errors import Fault, Place

    job = first(open_workspace(place), here, fontset)
    clash = Fault("number-twice", "error", Place(f"content/issues/{job.issue}.yaml"), "期号重复。")
    outcome = performing.render(replace(job, faults=(clash,)))
    assert clash in outcome.faults
    assert not outcome.files


def test_a_template_that_never_ends_is_refused_by_name_and_the_next_issue_is_rendered(
    place: Workspace, here: Here, fontset: fonts.FontSet
) -> None:
    opened = open_workspace(place)
    job = first(opened, here, fontset, Limits(1.0))
    source = opened.library.issues[job.issue]
    template = place.templates / source.value.publication / "issue.typ"
    kept_text = template.read_text(encoding="utf-8")
    template.write_text(LOOP + kept_text, encoding="utf-8")
    outcome = performing.render(job)
    assert outcome.refused is not None
    assert f"{source.value.publication}/issue.typ" in outcome.refused[0]
    assert not outcome.files
    template.write_text(kept_text, encoding="utf-8")
    assert performing.render(job).files.keys() == {"docx", "pdf"}


def test_a_render_after_a_check_of_the_same_job_reads_no_file_again(
    place: Workspace, here: Here, fontset: fonts.FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = first(open_workspace(place), here, fontset)
    read: list[str] = []
    load = performing.load_entry
    monkeypatch.setattr(
        performing, "load_entry", lambda root, kind, entry: (read.append(entry.file), load(root, kind, entry))[1]
    )
    performing.check(job)
    assert len(read) == 1 + len(job.items) + len(job.findings)
    read.clear()
    assert performing.render(job).files
    assert not read
    performing.render(job)
    assert read


@pytest.fixture
def laid(place: Workspace, here: Here, fontset: fonts.FontSet, tmp_path: Path) -> tuple[Job, Outcome]:
    """A job that was checked by a worker that has gone, beside whose scene lies what it composed; and what it must give."""
    near = first(open_workspace(place), here, fontset)
    expected, scene = performing.render(near), tmp_path / "crew" / "scene.pickle"
    scene.parent.mkdir()
    scene.write_bytes(pickle.dumps(kept.value(near.scene)))
    job = replace(near, scene=Shared(near.scene.digest, str(scene)))
    kept.forget()
    assert performing.check(job).sound
    kept.forget()
    return job, expected


def test_what_one_worker_checked_another_renders_as_it_was_read_then(
    place: Workspace, laid: tuple[Job, Outcome]
) -> None:
    job, expected = laid
    (place.content / "items" / f"{job.items[0]}.md").unlink()
    assert performing.render(job) == expected
    assert performing.render(job).built is None  # it was laid by for one call


def test_what_is_laid_by_takes_no_more_room_than_there_is_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Shared("0" * 64, str(tmp_path / "scene"))
    monkeypatch.setattr(kept, "_filed", 0)
    monkeypatch.setattr(kept, "_ROOM", 2500)
    values = {str(n): random.Random(n).randbytes(1000) for n in range(4)}
    for name, value in values.items():
        kept.lay(shared, name, value)
    assert [kept.take(shared, name) == value for name, value in values.items()] == [True, True, False, False]
    kept.lay(Shared("0" * 64, str(tmp_path / "nowhere/scene")), "a", 1)  # cannot be written
    assert list(tmp_path.rglob("*")) == []


def test_what_was_laid_by_and_is_not_whole_is_composed_anew(laid: tuple[Job, Outcome]) -> None:
    job, expected = laid
    (piece,) = Path(job.scene.path).parent.glob("*.laid")
    piece.write_bytes(piece.read_bytes()[:-9])
    assert performing.render(job) == expected


def test_names_in_decomposed_characters_on_disk_are_found(place: Workspace, fontset: fonts.FontSet, here: Here) -> None:
    folder = place.content / "items" / "e\u0301tude"
    folder.mkdir()
    issue = open_workspace(place).library.issues
    job = first(open_workspace(place), here, fontset)
    (place.content / "items" / f"{job.items[0]}.md").rename(folder / "x\u0301.md")
    text = (place.content / "issues" / f"{job.issue}.yaml").read_text(encoding="utf-8")
    bare = job.items[0].rpartition("/")[2]
    named = job.items[0] if job.items[0] in text else bare
    (place.content / "issues" / f"{job.issue}.yaml").write_text(
        text.replace(named, "\u00e9tude/x\u0301"), encoding="utf-8"
    )
    opened = open_workspace(place)
    assert issue.keys() == opened.library.issues.keys()
    shared = here.share(given.scene(opened, fontset))
    again = given.job(opened, shared, job.issue)
    assert "\u00e9tude/x\u0301" in again.items
    assert performing.render(again).files


def test_a_worker_keeps_two_workspaces_and_ends_the_engines_of_a_third(
    place: Workspace, fontset: fonts.FontSet, here: Here
) -> None:
    opened = open_workspace(place)
    jobs = []
    for black in (False, True):
        shared = here.share(given.scene(opened, fontset, Printing(black=black)))
        jobs.append(given.job(opened, shared, next(iter(opened.library.issues))))
    stages = [kept.made(job.scene, performing.Stage) for job in jobs]
    engines = [stage.renderer.engines for stage in stages]
    assert performing.render(jobs[0]) != performing.render(jobs[1])
    assert kept.made(jobs[0].scene, performing.Stage) is stages[0]
    here.share(given.scene(opened, fontset, Printing(four_colours=True)))
    with pytest.raises(RuntimeError):
        engines[1].pdf(place.templates, (), {"刊物": "x"}, {}).result()
    assert performing.render(jobs[0]).files
    with pytest.raises(KeyError):
        performing.render(jobs[1])


def test_lent_engines_are_used_and_left_to_their_owner(place: Workspace, fontset: fonts.FontSet) -> None:
    opened = open_workspace(place)
    engines = Engines()
    with Here(engines) as crew:
        job = first(opened, crew, fontset)
        assert performing.render(job).files
        assert kept.made(job.scene, performing.Stage).renderer.engines is engines
    assert performing._lent is None


def test_a_value_of_which_no_file_is_left_is_no_value(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        kept.value(Shared("0" * 64, str(tmp_path / "nothing")))


def test_a_call_may_take_more_the_more_its_content_is_and_where_libreoffice_sets_the_pages(place: Workspace) -> None:
    titles = list(open_workspace(place).titles.values())
    word = [replace(title, data=title.data.model_copy(update={"engine": "Word"})) for title in titles]
    small, large, slow = (
        performing.limits(Limits(), titles),
        performing.limits(Limits(), titles, 50 << 20),
        performing.limits(Limits(), [*titles, word[0]]),
    )
    assert (small.seconds, small.megabytes) == (30.0, 1536)
    assert large.seconds == 230.0
    assert slow.seconds > office.SECONDS
    assert slow.megabytes > office.MEMORY >> 20
