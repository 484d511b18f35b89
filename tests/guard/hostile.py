"""Hostile files, each made for one reason: (what it is called, kind, bytes, the code, the part that is named)."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import docx
import openpyxl

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Case:
    """A file and why it is refused; ``part`` "" means the file as a whole."""

    name: str
    kind: str
    data: bytes
    code: str
    part: str = ""


def word() -> bytes:
    """An honest Word file."""
    document = docx.Document()
    document.add_heading("关于春耕备耕的情况", 1)
    document.add_paragraph("全市早稻播种面积稳定。")
    return _saved(document.save)


def excel() -> bytes:
    """An honest workbook."""
    book = openpyxl.Workbook()
    book.active.append(["编号", "事项"])
    return _saved(book.save)


def odt(body: str = "<text:p>正文</text:p>", extra: Mapping[str, bytes] | None = None) -> bytes:
    """An honest OpenDocument text (with ``body`` in it)."""
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("script", "script"))
    )
    content = (
        f'<office:document-content{names} xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest,
    }
    return zipped({**parts, **(extra or {})})


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of an honest package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: Mapping[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    """A package of parts; a list may name a part twice."""
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")
        for name, data in pairs:
            package.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def changed(data: bytes, **texts: tuple[str, str]) -> bytes:
    """A package with a text replaced in the parts that end so: ``document=("<w:p>", "…<w:p>")``."""
    parts = parts_of(data)
    for stem, (old, new) in texts.items():
        name = next(n for n in parts if n.endswith(f"{stem}.xml") or n.endswith(f"{stem}.xml.rels"))
        text = parts[name].decode()
        assert old in text
        parts[name] = text.replace(old, new, 1).encode()
    return zipped(parts)


def with_parts(data: bytes, **extra: bytes) -> bytes:
    """A package with more parts; ``__`` in a keyword stands for ``/``, ``_dot_`` for ``.``."""
    return zipped({**parts_of(data), **{k.replace("__", "/").replace("_dot_", "."): v for k, v in extra.items()}})


def body(xml: str) -> bytes:
    """A Word file with this at the start of its body."""
    return changed(word(), document=("<w:body>", f"<w:body>{xml}"))


def field(*runs: str) -> str:
    """A complex field whose instruction is split over runs."""
    inner = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{sort}"/></w:r>' for sort in ("begin", "end"))
    return f"<w:p>{begin}{inner}{end}</w:p>"


def related(sort: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """A Word file whose main part has this relationship."""
    parts = parts_of(word())
    name = "word/_rels/document.xml.rels"
    line = f'<Relationship Id="rId99" Type="{RELATION}/{sort}" Target="{target}"{mode}/></Relationships>'
    parts[name] = parts[name].decode().replace("</Relationships>", line).encode()
    return zipped(parts)


def patched(data: bytes, signature: bytes, offset: int, value: bytes, last: bool = False) -> bytes:
    """A package with bytes changed behind the first (or last) header of a kind."""
    at = (data.rfind if last else data.find)(signature) + offset
    return data[:at] + value + data[at + len(value) :]


def ole(*names: str) -> bytes:
    """The head and directory of an OLE2 file with streams of these names."""
    entries = b""
    for name in names:
        raw = name.encode("utf-16-le") + b"\x00\x00"
        entries += raw.ljust(64, b"\x00") + struct.pack("<HB", len(raw), 2) + b"\x00" * 61
    return OLE + b"\x00" * 504 + entries.ljust(512, b"\x00")


def _overlapping() -> bytes:
    """An entry that lies in the bytes of another, which the directory lists as an entry of its own."""
    inner, name = b"a" * 100, b"word/media/b.bin"
    common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(inner), 100, 100, len(name), 0)
    record = b"PK\x03\x04" + common + name + inner
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/media/a.bin", record)
        for part, data in parts_of(word()).items():
            package.writestr(part, data)
    data = out.getvalue()
    end = data.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", data, end + 10)
    central = (
        b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, data.find(record)) + name
    )
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + 1, count + 1, size + len(central), start, 0)
    return data[:end] + central + tail


def _link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts_of(word()).items():
            package.writestr(name, data)
        link = zipfile.ZipInfo("word/media/x.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return out.getvalue()


def _lying_size() -> bytes:
    """A part that says it is small, in the directory and in its header, and unpacks to 64 MB."""
    data = zipped({**parts_of(word()), "word/media/x.bin": b"\x00" * (64 << 20)})
    small = struct.pack("<I", 10)
    entry = data.rfind(b"PK\x01\x02")
    local = struct.unpack_from("<I", data, entry + 42)[0]
    data = data[: entry + 24] + small + data[entry + 28 :]
    return data[: local + 22] + small + data[local + 26 :]


def _big() -> bytes:
    """Many parts, each within the ratio of small ones, that unpack to more than 100 MB."""
    parts = {f"word/media/{n}.bin": b"\x00" * (1 << 20) for n in range(101)}
    return zipped({**parts_of(word()), **parts})


def _many() -> bytes:
    return zipped({**parts_of(word()), **{f"word/media/{n}.bin": b"" for n in range(2_001)}})


def _types(old: str, new: str, data: bytes | None = None) -> bytes:
    parts = parts_of(data or word())
    text = parts["[Content_Types].xml"].decode()
    assert old in text
    parts["[Content_Types].xml"] = text.replace(old, new).encode()
    return zipped(parts)


_DOC = "word/document.xml"
_RELS = "word/_rels/document.xml.rels"
_MAIN = "wordprocessingml.document.main+xml"
_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _encoded(encoding: str) -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{_BOMB}<x>&b;</x>'
    return with_parts(word(), customXml__item1_dot_xml=text.encode(encoding))


def _packages() -> list[Case]:
    plain, book = word(), excel()
    return [
        Case("空文件", "docx", b"", "guard-format"),
        Case("文本改名", "docx", "这是一段文字".encode(), "guard-format"),
        Case("网页改名", "docx", b"<html><body>x</body></html>", "guard-format"),
        Case("旧版改名", "docx", ole("WordDocument", "1Table"), "guard-legacy"),
        Case("旧表改名", "xlsx", ole("Workbook"), "guard-legacy"),
        Case("加密", "docx", ole("EncryptedPackage", "EncryptionInfo"), "guard-encrypted"),
        Case("压缩加密", "docx", patched(plain, b"PK\x01\x02", 8, b"\x01\x00", True), "guard-encrypted", "*"),
        Case("截断", "docx", plain[: len(plain) // 2], "guard-damaged"),
        Case("尾部多余", "docx", plain + b"x" * 10, "guard-damaged"),
        Case("损坏", "docx", patched(plain, b"PK\x01\x02", 16, b"\x00\x00\x00\x00"), "guard-header", "*"),
        Case("部件过多", "docx", _many(), "guard-entries"),
        Case("解压过大", "docx", _big(), "guard-size"),
        Case(
            "压缩炸弹",
            "docx",
            with_parts(plain, word__media__x_dot_bin=b"\x00" * (64 << 20)),
            "guard-ratio",
            "word/media/x.bin",
        ),
        Case("谎报大小", "docx", _lying_size(), "guard-ratio", "word/media/x.bin"),
        Case("重名", "docx", zipped([*parts_of(plain).items(), (_DOC, b"<x/>")]), "guard-duplicate", _DOC),
        Case(
            "大小写重名",
            "docx",
            zipped({**parts_of(plain), "Word/Document.xml": b"<x/>"}),
            "guard-duplicate",
            "Word/Document.xml",
        ),
        Case("两种名称", "docx", patched(plain, b"word/document.xml", 0, b"word/document.xmk"), "guard-header", _DOC),
        Case("上级路径", "docx", zipped({**parts_of(plain), "../../x.sh": b"x"}), "guard-path"),
        Case("绝对路径", "docx", zipped({**parts_of(plain), "/etc/x": b"x"}), "guard-path"),
        Case("反斜杠", "docx", zipped({**parts_of(plain), "word\\x.bin": b"x"}), "guard-path"),
        Case("盘符", "docx", zipped({**parts_of(plain), "C:x.bin": b"x"}), "guard-path"),
        Case("链接", "docx", _link(), "guard-link", "word/media/x.png"),
        Case("重叠", "docx", _overlapping(), "guard-overlap", "word/media/b.bin"),
        Case("压缩方法", "docx", _method(plain), "guard-method", "*"),
        Case("文档类型", "docx", _encoded("utf-8"), "guard-doctype", "customXml/item1.xml"),
        Case("文档类型十六位", "docx", _encoded("utf-16"), "guard-doctype", "customXml/item1.xml"),
        Case(
            "别的编码",
            "docx",
            with_parts(plain, customXml__item1_dot_xml=b'<?xml version="1.0" encoding="utf-7"?><x/>'),
            "guard-encoding",
            "customXml/item1.xml",
        ),
        Case(
            "正文的文档类型",
            "docx",
            changed(plain, document=("<w:document", "<!DOCTYPE a><w:document")),
            "guard-doctype",
            _DOC,
        ),
        Case(
            "类型表残缺",
            "docx",
            zipped({**parts_of(plain), "[Content_Types].xml": b"<x"}),
            "guard-xml",
            "[Content_Types].xml",
        ),
        Case("关系表残缺", "docx", zipped({**parts_of(plain), "_rels/.rels": b"<x"}), "guard-xml", "_rels/.rels"),
        Case("残缺", "docx", changed(plain, document=("</w:body>", "")), "guard-xml", _DOC),
        Case("过深", "docx", body("<w:p>" * 300 + "</w:p>" * 300), "guard-depth", _DOC),
        Case("缺正文", "docx", zipped({n: d for n, d in parts_of(plain).items() if n != _DOC}), "guard-main"),
        Case(
            "缺类型表",
            "docx",
            zipped({n: d for n, d in parts_of(plain).items() if n != "[Content_Types].xml"}),
            "guard-main",
        ),
        Case("模板改名", "docx", _types(_MAIN, "wordprocessingml.template.main+xml"), "guard-type", _DOC),
        Case("表格改名", "docx", book, "guard-type", "xl/workbook.xml"),
        Case(
            "宏改名",
            "docx",
            _types(
                f"application/vnd.openxmlformats-officedocument.{_MAIN}",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "guard-macro",
            "[Content_Types].xml",
        ),
        Case("宏部件", "docx", with_parts(plain, word__vbaProject_dot_bin=b"x"), "guard-macro", "word/vbaProject.bin"),
    ]


def _method(plain: bytes) -> bytes:
    """The first entry in both headers packed by a method that no office program uses (bzip2)."""
    bzip2 = struct.pack("<H", 12)
    return patched(patched(plain, b"PK\x01\x02", 10, bzip2), b"PK\x03\x04", 8, bzip2)


def _contents() -> list[Case]:
    image = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://x.invalid/a.png"/></v:shape></w:pict></w:r></w:p>'
    choice = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x">'
        "<w:instrText>A</w:instrText></mc:Choice><mc:Fallback><w:instrText>DDEAUTO c</w:instrText></mc:Fallback></mc:AlternateContent>"
    )
    return [
        Case("外部图片", "docx", related("image", "http://x.invalid/a.png"), "guard-external", _RELS),
        Case("外部模板", "docx", related("attachedTemplate", "http://x.invalid/a.dotm"), "guard-external", _RELS),
        Case("外部框架", "docx", related("frame", "file:///c:/x.htm"), "guard-external", _RELS),
        Case("内网图片", "docx", related("image", "\\\\x.invalid\\a.png", ""), "guard-external", _RELS),
        Case("包外部件", "docx", related("image", "../../../etc/passwd", ""), "guard-external", _RELS),
        Case("矢量外部图片", "docx", body(image), "guard-external", _DOC),
        Case("外部对象", "docx", related("oleObject", "http://x.invalid/a.xlsx"), "guard-external", _RELS),
        Case(
            "嵌入对象",
            "docx",
            with_parts(word(), word__embeddings__a_dot_bin=b"x"),
            "guard-embedded",
            "word/embeddings/a.bin",
        ),
        Case(
            "对象标记",
            "docx",
            body(
                '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed"/></w:object></w:r></w:p>'
            ),
            "guard-embedded",
            _DOC,
        ),
        Case(
            "控件",
            "docx",
            with_parts(word(), word__activeX__activeX1_dot_xml=b"<x/>"),
            "guard-embedded",
            "word/activeX/activeX1.xml",
        ),
        Case(
            "藏着的旧文件",
            "docx",
            with_parts(word(), word__media__a_dot_png=ole("WordDocument")),
            "guard-embedded",
            "word/media/a.png",
        ),
        Case("另一文件", "docx", body(f'<w:altChunk {R} r:id="rId1"/>'), "guard-chunk", _DOC),
        Case("另一文件关系", "docx", related("aFChunk", "a.html", ""), "guard-chunk", _RELS),
        Case("引入文字", "docx", body(field('INCLUDETEXT "C:\\\\x.docx"')), "guard-field", _DOC),
        Case("引入图片", "docx", body(field("INCLUDEPICTURE ", '"http://x.invalid/a"')), "guard-field", _DOC),
        Case(
            "拆开的域", "docx", body(field("D", "DEA", "UTO c:\\\\windows\\\\system32\\\\cmd.exe")), "guard-field", _DOC
        ),
        Case("小写域", "docx", body(field(" dde c cmd")), "guard-field", _DOC),
        Case("套住的域", "docx", body(_nested()), "guard-field", _DOC),
        Case(
            "两可的域",
            "docx",
            body(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/>{choice}</w:r></w:p>'),
            "guard-field",
            _DOC,
        ),
        Case("简单域", "docx", body('<w:p><w:fldSimple w:instr=" LINK Excel.Sheet x"/></w:p>'), "guard-field", _DOC),
        Case(
            "页眉里的域",
            "docx",
            with_parts(word(), word__header1_dot_xml=f"<w:hdr {W}>{field('IMPORT x')}</w:hdr>".encode()),
            "guard-field",
            "word/header1.xml",
        ),
        Case(
            "邮件合并",
            "docx",
            changed(word(), settings=("<w:zoom", "<w:mailMerge/><w:zoom")),
            "guard-external",
            "word/settings.xml",
        ),
    ]


def _nested() -> str:
    """A field whose name is put together by a field inside it."""
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{s}"/></w:r>' for s in ("begin", "separate", "end"))
    inner = f"{begin}<w:r><w:instrText>QUOTE x</w:instrText></w:r>{middle}<w:r><w:t>LI</w:t></w:r>{end}"
    return f"<w:p>{begin}{inner}<w:r><w:instrText>NK x</w:instrText></w:r>{end}</w:p>"


def _sheets() -> list[Case]:
    sheet, rels = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    data = excel()
    cell = '<c r="A9"><f>{}</f></c></row></sheetData>'

    def formula(text: str) -> bytes:
        return changed(data, sheet1=("</row></sheetData>", cell.format(text)))

    def linked(sort: str, target: str) -> bytes:
        parts = parts_of(data)
        line = f'<Relationship Id="rId99" Type="{RELATION}/{sort}" Target="{target}"/></Relationships>'
        parts[rels] = parts[rels].decode().replace("</Relationships>", line).encode()
        return zipped(parts)

    main = "spreadsheetml.sheet.main+xml"
    return [
        Case(
            "表外链接",
            "xlsx",
            with_parts(data, xl__externalLinks__externalLink1_dot_xml=b"<x/>"),
            "guard-connection",
            "xl/externalLinks/externalLink1.xml",
        ),
        Case("表外关系", "xlsx", linked("externalLink", "x.xml"), "guard-connection", rels),
        Case(
            "数据连接",
            "xlsx",
            with_parts(data, xl__connections_dot_xml=b"<x/>"),
            "guard-connection",
            "xl/connections.xml",
        ),
        Case("公式启动程序", "xlsx", formula("cmd|'/c calc'!A0"), "guard-connection", sheet),
        Case("公式取网页", "xlsx", formula("WEBSERVICE(A1)"), "guard-connection", sheet),
        Case("表交换", "xlsx", with_parts(data, xl__x_dot_xml=b"<a><ddeLink/></a>"), "guard-connection", "xl/x.xml"),
        Case(
            "宏表",
            "xlsx",
            with_parts(data, xl__macrosheets__sheet1_dot_xml=b"<x/>"),
            "guard-macro",
            "xl/macrosheets/sheet1.xml",
        ),
        Case(
            "带宏的表",
            "xlsx",
            _types(
                f"application/vnd.openxmlformats-officedocument.{main}",
                "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                data,
            ),
            "guard-macro",
            "[Content_Types].xml",
        ),
        Case("文档作表", "xlsx", word(), "guard-type", _DOC),
        Case(
            "表里文档类型",
            "xlsx",
            with_parts(data, xl__x_dot_xml=_BOMB.encode() + b"<x/>"),
            "guard-doctype",
            "xl/x.xml",
        ),
    ]


def _odts() -> list[Case]:
    part = "content.xml"
    sealed = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:encryption-data/></manifest:manifest>'  # noqa: E501
    return [
        Case("远程图片", "odt", odt('<draw:image xlink:href="http://x.invalid/a.png"/>'), "guard-external", part),
        Case("文件夹外图片", "odt", odt('<draw:image xlink:href="../a.png"/>'), "guard-external", part),
        Case("宏", "odt", odt("<script:event-listener/>"), "guard-macro", part),
        Case("宏文件夹", "odt", odt(extra={"Basic/Standard/x.xml": b"<x/>"}), "guard-macro", "Basic/Standard/x.xml"),
        Case("对象", "odt", odt('<draw:object-ole xlink:href="./x"/>'), "guard-embedded", part),
        Case("动态交换", "odt", odt("<text:dde-connection/>"), "guard-field", part),
        Case("外部节", "odt", odt("<text:section-source/>"), "guard-field", part),
        Case("有密码", "odt", odt(extra={"META-INF/manifest.xml": sealed}), "guard-encrypted", "META-INF/manifest.xml"),
        Case("别的文件", "odt", odt(extra={"mimetype": b"application/epub+zip"}), "guard-type", "mimetype"),
    ]


PACKAGES = [*_packages(), *_contents(), *_sheets(), *_odts()]

PAGES = {
    "本机文件": ('<p><img src="file:///etc/passwd"></p>', "guard-external"),
    "内网文件": ('<p><img src="\\\\x.invalid\\a.png"></p>', "guard-external"),
    "框架页": ('<iframe src="http://x.invalid/"></iframe>', "guard-embedded"),
    "对象": ('<object data="a.swf"></object>', "guard-embedded"),
    "改起点": ('<base href="http://x.invalid/">', "guard-embedded"),
    "自动转走": ('<meta http-equiv="refresh" content="0;url=http://x.invalid/">', "guard-external"),
    "内嵌网页": ('<img src="data:text/html,x">', "guard-embedded"),
    "内嵌矢量图": ('<img src="data:image/svg+xml,x">', "guard-embedded"),
    "实体声明": ('<!DOCTYPE html [<!ENTITY a "b">]><p>x</p>', "guard-doctype"),
    "过深": ("<div>" * 300, "guard-depth"),
    **{
        f"没有写完的“{mark}”": (f"<p>{mark * 100_000}", "guard-damaged")
        for mark in ("<a", "<a b", "<a b='", "</", "</a", "<!", "<!--", "<?", "<![CDATA[")
    },
    "不认识的声明": ("<p>" + "<![x[" * 100_000, "guard-damaged"),
}

RTFS = {
    "对象": (b"{\\rtf1 {\\object\\objemb{\\*\\objdata 0105}}}", "guard-embedded"),
    "模板": (b"{\\rtf1 {\\*\\template http://x.invalid/a.dotm}}", "guard-external"),
    "域": (b'{\\rtf1 {\\field{\\*\\fldinst { INCLUDEPICTURE "http://x.invalid/a"}}}}', "guard-field"),
    "拆开的域": (b"{\\rtf1 {\\field{\\*\\fldinst {\\b DD}{\\i EAUTO} cmd}}}", "guard-field"),
    "第二个域": (
        b"{\\rtf1 {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}{\\field{\\*\\fldinst INCLUDETEXT x}}}",
        "guard-field",
    ),
    "同组两令": (b"{\\rtf1 {\\field{\\*\\fldinst INCLUDETEXT x\\fldinst PAGE}}}", "guard-field"),
    "套住的域": (b"{\\rtf1 {\\*\\fldinst IF {\\field{\\*\\fldinst DDE x}} 1}}", "guard-field"),
    "域里的代码": (b"{\\rtf1 {\\*\\fldinst " + b"\\lang2052 " * 900 + b"INCLUDETEXT x}}", "guard-field"),
    "写成字节": (b"{\\rtf1 {\\*\\fldinst \\'49NCLUDETEXT x}}", "guard-field"),
    "写成码位": (b"{\\rtf1 {\\*\\fldinst \\u73 ?NCLUDETEXT x}}", "guard-field"),
    "写成码位两个替字": (b"{\\rtf1\\uc2 {\\*\\fldinst \\u73 \\'49?NCLUDETEXT x}}", "guard-field"),
    "夹带略过的组": (b"{\\rtf1 {\\*\\fldinst INCL{\\*\\x abc}UDETEXT x}}", "guard-field"),
    "夹带原始字节": (b"{\\rtf1 {\\*\\fldinst INCL\\bin3 }}}UDETEXT x}}", "guard-field"),
    "没有写完的域": (b"{\\rtf1 {\\*\\fldinst DDE x", "guard-field"),
    "带数的对象": (b"{\\rtf1 {\\object1\\objemb1{\\*\\objdata1 0105}}}", "guard-embedded"),
    "过深": (b"{\\rtf1 " + b"{" * 300 + b"}" * 300 + b"}", "guard-depth"),
}

OLES = {
    "宏": (ole("WordDocument", "Macros", "VBA"), "guard-macro"),
    "对象": (ole("WordDocument", "ObjectPool", "\x01Ole10Native"), "guard-embedded"),
    "密码": (ole("EncryptedPackage"), "guard-encrypted"),
}
