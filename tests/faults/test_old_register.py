"""A register that is older than the archive is read, and records nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder.workflow.recording import RegisterBehind
from tests.office import SmallOffice

# Which of the copies, made after every act or two, is put back; None: none.
CASES = {
    "an issue too old": 3,
    "a sign-off and an issue too old": 2,
    "signed and never published": 1,
    "new and empty": 0,
    "gone": None,
}


def _put_back(office: SmallOffice, saved: Path | None) -> None:
    for path in office.place.register.parent.glob("register.sqlite*"):
        path.unlink()
    if saved is not None:
        shutil.copy(saved, office.place.register)


@pytest.mark.parametrize("case", CASES)
def test_an_old_register_is_read_and_records_nothing(small_office: SmallOffice, tmp_path: Path, case: str) -> None:
    saved: list[Path] = []

    def save() -> None:
        saved.append(tmp_path / f"register-{len(saved)}")
        shutil.copy(small_office.place.register, saved[-1])

    with small_office.desk():
        pass
    save()
    for n in (1, 2):
        small_office.issue(f"2026/i{n}")
        small_office.sign(f"2026/i{n}")
        save()
        small_office.publish(f"2026/i{n}")
        save()
    small_office.issue("2026/i3")
    acts = small_office.acts()
    copy = CASES[case]
    _put_back(small_office, None if copy is None else saved[copy])
    old = small_office.acts()
    assert (len(old), len(acts)) == ({None: 0, 0: 0, 1: 2, 2: 3, 3: 5}[copy], 6)
    assert old == acts[: len(old)]
    with small_office.desk() as desk:
        assert all(desk.store.read(act, "record.json") == act.record for act in acts)
    for attempt in (lambda: small_office.sign("2026/i3"), lambda: small_office.published("2026/i4")):
        with pytest.raises(RegisterBehind, match="登记簿比归档夹旧") as raised:
            attempt()
        assert "archive restore" in raised.value.hint
    assert small_office.acts() == old
    bags = sorted(folder for folder, _ in desk.store.records())
    assert bags == sorted(act.folder for act in acts), "nothing is put aside"
