"""What is signed does not depend on numbers, days, 份号 or machines, and on everything else that prints."""

from __future__ import annotations

import io
import shutil

import pytest
from PIL import Image

from builder.signoff import pictures, publication_hash, signed_hash, signed_record, signed_view
from tests.signoff.conftest import ISSUE, ITEM, OFFICE, ROOT, picture

FILES = {"issue": "content/issues/one.yaml", "item": "content/items/one.md", "office": "content/office.yaml"}


def hashed(edition, photo=b"photo", publication="p"):
    return signed_hash(signed_view(edition), {"图1": photo}, publication)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("期号: 11\n", "期号: 12\n"),
        ("期号: 11\n", ""),
        ("总期: 345\n", "总期: 1000\n"),
        ("日期: 2026-06-08\n", "日期: 2026-06-30\n"),
        ("日期: 2026-06-08\n", "日期: 2026-12-31\n"),
        ('份号: "000123"\n', '份号: "000999"\n'),
        ('份号: "000123"\n', ""),
    ],
)
def test_number_total_day_and_copy_number_are_not_signed(edition, old, new):
    assert hashed(edition()) == hashed(edition({FILES["issue"]: (old, new)}))


def test_nothing_of_a_machine_is_signed(edition):
    seen = signed_view(edition())
    assert seen["字体"] == {}
    assert [block["名"] for block in seen["内容"] if block["类"] == "图"] == ["图1"]  # not what Pillow wrote
    assert list(seen["图片"]) == ["图1"]


def test_what_does_not_print_is_not_signed(edition):
    assert hashed(edition()) == hashed(edition({FILES["item"]: ("接收时间: 2026-06-05", "接收时间: 2026-06-04")}))
    assert hashed(edition()) == hashed(edition({FILES["office"]: ("  - {职务: 机要员}", "  - {职务: 收发员}")}))


PRINTED = [
    *(
        ("issue", value, new)
        for value, new in (
            ("专题: 抗旱专题", "专题: 防汛专题"),
            ("期号: 11", "期号: 11\n系列: 增刊"),
            ("标识: 内部资料　注意保存", "标识: 内部资料"),
            ("密级: 秘密", "密级: 机密"),
            ("保密期限: 1年", "保密期限: 2年"),
            ("紧急程度: 加急", "紧急程度: 特急"),
            ("要目: 是", "要目: 否"),
            ("编者按: 现将", "编者按: 兹将"),
            ("名称: 重点工作", "名称: 工作动态"),
            ("编者按: 栏目按语", "编者按: 栏目说明"),
            ("编者按: 条目按语", "编者按: 条目说明"),
            ("另据了解", "据了解"),
            ("请各单位认真执行。\n        标题", "请各单位执行。\n        标题"),
            ("标题: 各地抓紧落实", "标题: 各地狠抓落实"),
            ("供稿: 本刊综合", "供稿: 无"),
            ("表题: 进展情况", "表题: 办理情况"),
            ("单位: 件", "单位: 项"),
            ("[单位, 件数, 状态]", "[单位, 数量, 状态]"),
            ('"12"', '"13"'),
            ("正在办]", "已办结]"),
            ("标题: 清单", "标题: 事项清单"),
            ("注: 截至月底。", "注: 截至月末。"),
            ("标题: 有关做法", "标题: 主要做法"),
            ("附件正文在此", "附件正文如下"),
            ("    正文: 附件正文在此。", "    正文: 附件正文在此。\n    方向: 横"),
            ("送: [部门]", "报: [部门]"),
            ("{名称: 市委党校", "{名称: 市档案馆"),
            ("份数: 2}", "份数: 3}"),
            ("署名: 是", "署名: 否"),
            ("签发: 市长", "签发: 秘书长"),
            ("责任编辑: 甲", "责任编辑: 丙"),
            ("校对: 乙", "校对: 丁"),
            ("  - 名称: 督查\n    条目:\n", ""),  # its entry joins the section before
        )
    ),
    *(
        ("item", value, new)
        for value, new in (
            ("标题: 市水利局", "标题: 市水务局"),
            ("供稿单位: 临澜市水利局", "供稿单位: 市应急局"),
            ("6月以来", "7月以来"),
            ("顺力", "顺利"),
            ("![渠首]", "![渠道]"),
            ("![渠首](a.png)", ""),
        )
    ),
    *(
        ("office", value, new)
        for value, new in (
            ("gongzuo-xinxi: 临澜市委信息科", "gongzuo-xinxi: 临澜市委综合科"),
            ("简称: 市水利局", "简称: 水利局"),
            ("名称: 市委常委", "名称: 市委领导"),
            ("份数: 11", "份数: 12"),
            ("发: [县区], 存档: 2, 备用: 3", "发: [县区], 存档: 3, 备用: 2"),
            ("{报: [领导], 发: [县区]", "{报: [领导], 送: [县区]"),
        )
    ),
]


@pytest.mark.parametrize(("file", "old", "new"), PRINTED, ids=[f"{f}-{o[:8]}" for f, o, _ in PRINTED])
def test_everything_else_that_prints_is_signed(edition, file, old, new):
    assert {"issue": ISSUE, "item": ITEM, "office": OFFICE}[file].count(old) == 1
    assert hashed(edition()) != hashed(edition({FILES[file]: (old, new)}))


def test_the_list_above_changes_every_line_of_the_issue_that_holds_a_value():
    values = {line for line in ISSUE.splitlines() if not line.endswith((":", "|"))}
    changed = {
        line for file, old, new in PRINTED if file == "issue" for line in values if line not in ISSUE.replace(old, new)
    }
    not_signed = {
        "刊物: gongzuo-xinxi",
        "日期: 2026-06-08",
        "期号: 11",
        "总期: 345",
        '份号: "000123"',
        "      - 信息: one",
    }
    assert values - changed == not_signed


def test_recipients_are_signed_where_the_foot_does_not_print_them(edition, folder):
    data = folder / "templates/gongzuo-xinxi/publication.yaml"
    data.write_text(
        data.read_text("utf-8").replace("报送发: 是", "报送发: 否").replace("印数: 线上", "印数: 否"), "utf-8"
    )
    assert hashed(edition()) != hashed(edition({FILES["office"]: ("名称: 市委常委", "名称: 市委领导")}))
    assert hashed(edition()) != hashed(edition({FILES["office"]: ("份数: 11", "份数: 12")}))


def test_a_recipient_that_is_not_valid_on_the_day_makes_the_day_matter(edition):
    office = {FILES["office"]: ("份数: 11}", "份数: 11, 止: 2026-06-30}")}
    june = edition(office)
    july = edition({**office, FILES["issue"]: ("日期: 2026-06-08", "日期: 2026-07-01")})
    assert hashed(june) != hashed(july)


# ---------------------------------------------------------------- pictures and publications


def test_pictures_are_signed_by_their_files(edition):
    [one] = pictures(edition())
    assert (one.name, one.origin.id, one.typed) == ("图1", "one", "a.png")
    assert hashed(edition(), picture("navy")) != hashed(edition(), picture("red"))


def test_a_picture_that_prints_twice_is_one(edition):
    twice = edition({FILES["item"]: ("![渠首](a.png)", "![渠首](a.png)\n中间一段。\n![渠首](a.png)")})
    assert [p.name for p in pictures(twice)] == ["图1"]
    assert [block["名"] for block in signed_view(twice)["内容"] if block["类"] == "图"] == ["图1", "图1"]


def test_the_bytes_that_the_picture_library_wrote_do_not_matter(edition, folder):
    whole = hashed(edition(), b"as on disk")
    out = io.BytesIO()
    Image.open(folder / "content/items/a.png").save(out, "PNG", compress_level=0)
    (folder / "content/items/a.png").write_bytes(out.getvalue())
    assert hashed(edition(), b"as on disk") == whole


def test_the_publications_folder_and_the_shared_layout_are_signed_and_no_other(folder):
    templates = folder / "templates"
    before = publication_hash(templates, "gongzuo-xinxi")
    for name in ("gongzuo-xinxi/issue.docx", "gongzuo-xinxi/issue.typ", "layout/text.typ", "layout/layout.yaml"):
        old = (templates / name).read_bytes()
        (templates / name).write_bytes(old + b"\n")
        assert publication_hash(templates, "gongzuo-xinxi") != before, name
        (templates / name).write_bytes(old)
    (templates / "gongzuo-xinxi/more.typ").write_bytes(b"")
    assert publication_hash(templates, "gongzuo-xinxi") != before
    (templates / "gongzuo-xinxi/more.typ").unlink()
    shutil.rmtree(templates / "ducha-tongbao")
    (templates / "gongzuo-xinxi/~$issue.docx").write_bytes(b"open in Word")
    (templates / "layout/.DS_Store").write_bytes(b"")
    assert publication_hash(templates, "gongzuo-xinxi") == before


def test_a_renamed_template_is_another_publication(folder):
    templates = folder / "templates"
    before = publication_hash(templates, "gongzuo-xinxi")
    (templates / "layout/text.typ").rename(templates / "layout/texts.typ")
    assert publication_hash(templates, "gongzuo-xinxi") != before


def test_the_hash_is_that_of_the_record_which_is_canonical(edition):
    import hashlib
    import json

    seen = signed_view(edition())
    record = signed_record(seen, {"图1": b"x"}, "p")
    assert hashlib.sha256(record).hexdigest() == signed_hash(seen, {"图1": b"x"}, "p")
    shuffled = dict(reversed(list(seen.items())))
    assert signed_record(shuffled, {"图1": b"x"}, "p") == record
    assert json.loads(record)["视图"] == json.loads(json.dumps(seen))


def test_the_samples_can_all_be_signed():
    from builder.compose import compose
    from builder.settings import workspace
    from builder.workflow import opening

    opened = opening.open_workspace(workspace(ROOT))
    editions = [
        compose(opened.library, i, opened.titles, opened.numbers).edition for i in opened.library.issues.values()
    ]
    hashes = [signed_hash(signed_view(e), {}, publication_hash(ROOT / "templates", e.title.id)) for e in editions if e]
    assert len(set(hashes)) == len(hashes) == len(opened.library.issues)
