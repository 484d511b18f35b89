"""A register that is older than the archive is read, and records nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder.archive.store import Store
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
    store = Store(small_office.place.archive)
    assert all(store.read(act, "record.json") == act.record for act in acts)
    if copy is None:  # nothing is begun anew: that would give numbers again
        told, old = "不见了", None
        assert [fault.code for fault in small_office.opened().faults] == ["register-unread"]
    else:
        told, old = "登记簿比归档夹旧", small_office.acts()
        assert (len(old), len(acts)) == ({0: 0, 1: 2, 2: 3, 3: 5}[copy], 6)
        assert old == acts[: len(old)]
    for attempt in (lambda: small_office.sign("2026/i3"), lambda: small_office.published("2026/i4")):
        with pytest.raises(RegisterBehind, match=told) as raised:
            attempt()
        assert "archive restore" in raised.value.hint
    assert old is None or small_office.acts() == old
    assert small_office.place.register.exists() == (old is not None)
    bags = sorted(folder for folder, _ in store.records())
    assert bags == sorted(act.folder for act in acts), "nothing is put aside"
