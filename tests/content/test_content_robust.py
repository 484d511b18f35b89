"""No file content makes loading raise: whatever stands there is a value or a fault with a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.content import load

PIECES = st.sampled_from([
    "\n", "\n", "---\n", "标题: ", "标题：", "刊物: a\n", "日期: 2026-06-08\n", "条目:\n", "  - ", "信息: ", "督查: ", "正文: |\n",
    "    甲\n", "编者按: ", "[", "]", "{", "}", "&a ", "*a", "!x ", "'", '"', "\\u0000", "\t", "#", ": ", "- ", "|", "<<: ",
    "\u200b", "e\u0301", "\u202e", "甲", "|-|", "![x](../y.png)", "照片: ", "点位: ", "12", "\r\n", "\ufeff", "%", "@", "?",
])  # fmt: skip
FILES = st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=25).map(lambda parts: "".join(parts).encode()))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("items", "findings", "issues"):
        (tmp_path / "content" / folder).mkdir(parents=True)
    (tmp_path / "content/office.yaml").write_text("名称: 甲\n", encoding="utf-8")
    return tmp_path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(data=FILES, front=st.booleans())
def test_whatever_stands_in_a_file_loading_answers_with_values_or_faults(root: Path, data: bytes, front: bool) -> None:
    files = {"items/a.md": (b"---\n" if front else b"") + data, "findings/a.yaml": data, "issues/a.yaml": data}
    for name, content in files.items():
        (root / "content" / name).write_bytes(content)
    library, faults = load(root)
    assert library is not None
    loaded = {"item": library.items, "finding": library.findings, "issue": library.issues}
    for kind, sources in loaded.items():
        assert ("a" in sources) != ("a" in library.broken_ids[kind])
    failed = {fault.place.file.split("/")[1] for fault in faults if fault.severity == "error"}
    assert failed == {f"{kind}s" for kind in loaded if library.broken_ids[kind]}
    for fault in faults:
        assert fault.message
        assert fault.place.line >= 0
        assert "markup-lost" not in fault.code
