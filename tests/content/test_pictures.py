"""Pictures are PNG or JPEG by content, of a sane size, upright and without metadata; all else is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from builder.content import pictures
from builder.errors import Fault, Place
from builder.model import Photo

ENTRY = "content/items/a/x.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "work/content/items/a").mkdir(parents=True)
    return tmp_path / "work"


def put(root: Path, name: str, data: bytes) -> None:
    (root / "content/items/a" / name).write_bytes(data)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo(root: Path, name: str) -> Photo:
    found = pictures.load(name, ENTRY, root)
    assert isinstance(found, Photo), found
    return found


def refused(root: Path, name: str) -> Fault:
    found = pictures.load(name, ENTRY, root)
    assert isinstance(found, Fault)
    assert (found.severity, found.place) == ("error", Place(ENTRY))
    assert found.hint
    return found


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def test_a_png_keeps_its_alpha_and_loses_its_metadata(root: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "secret-author")
    put(root, "a.png", encoded(Image.new("RGBA", (4, 3), (255, 0, 0, 128)), "PNG", pnginfo=info))
    found = photo(root, "a.png")
    assert (found.format, found.width, found.height) == ("png", 4, 3)
    assert b"secret-author" not in found.data
    assert Image.open(io.BytesIO(found.data)).getpixel((0, 0)) == (255, 0, 0, 128)


def test_a_jpeg_is_turned_upright_by_its_exif_and_loses_it(root: Path) -> None:
    image = Image.new("RGB", (16, 8), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "secret-maker"
    put(root, "a.jpg", encoded(image, "JPEG", exif=exif, comment=b"secret-comment"))
    found = photo(root, "a.jpg")
    assert (found.format, found.width, found.height) == ("jpeg", 8, 16)
    assert b"secret" not in found.data
    upright = Image.open(io.BytesIO(found.data)).convert("L")
    assert upright.getpixel((4, 2)) > 200
    assert upright.getpixel((4, 13)) < 50


def test_the_content_counts_not_the_suffix(root: Path) -> None:
    put(root, "a.png", encoded(Image.new("RGB", (2, 2)), "JPEG", comment=b"secret-comment"))
    assert photo(root, "a.png").format == "jpeg"
    assert b"secret" not in photo(root, "a.png").data


def test_the_same_picture_gives_the_same_bytes_and_name(root: Path) -> None:
    put(root, "a.png", encoded(Image.new("P", (5, 5)), "PNG"))
    put(root, "b.png", encoded(Image.new("P", (5, 5)), "PNG"))
    assert photo(root, "a.png") == photo(root, "b.png")
    assert photo(root, "a.png").name == photo(root, "b.png").name


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"just text", "picture-format", "不是图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-svg", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "picture-svg", "SVG"),
        (b"GIF89a" + b"\0" * 20, "picture-format", "GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture-format", "WebP"),
        (b"\0\0\0\x18ftypheic", "picture-format", "HEIC"),
        (b"", "picture-format", "不是图片"),
        (png_header(50_000, 50_000), "picture-too-large", "50000×50000"),
        (png_header(40, 40), "picture-damaged", "损坏"),
        (b"\x89PNG\r\n\x1a\n", "picture-damaged", "损坏"),
        (b"\xff\xd8\xff\xe0", "picture-damaged", "损坏"),
    ],
)
def test_other_content_is_refused_with_what_to_do(root: Path, data: bytes, code: str, words: str) -> None:
    put(root, "a.png", data)
    found = refused(root, "a.png")
    assert found.code == code
    assert words in found.message


def test_a_truncated_jpeg_is_refused(root: Path) -> None:
    put(root, "a.jpg", encoded(Image.effect_noise((64, 64), 50), "JPEG")[:900])
    assert refused(root, "a.jpg").code == "picture-damaged"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("http://x.cn/a.png", "picture-remote"), ("HTTPS://x.cn/a.png", "picture-remote"), ("//x/a.png", "picture-remote"),
        ("data:image/png;base64,AA", "picture-remote"), ("file:///etc/passwd", "picture-remote"),
        ("/etc/passwd", "picture-outside"), ("C:\\a.png", "picture-outside"), ("C:/a.png", "picture-outside"),
        ("../../../../outside.png", "picture-outside"), ("link.png", "picture-outside"), ("none.png", "picture-missing"),
        ("x" * 5000, "picture-missing"), ("a\0.png", "picture-missing"), (".", "picture-missing"),
    ],
)  # fmt: skip
def test_addresses_and_ways_out_are_refused(root: Path, typed: str, code: str) -> None:
    outside = root.parent / "outside.png"
    outside.write_bytes(encoded(Image.new("RGB", (2, 2)), "PNG"))
    (root / "content/items/a/link.png").symlink_to(outside)
    assert refused(root, typed).code == code


def test_a_missing_picture_suggests_its_neighbour(root: Path) -> None:
    put(root, "现场照片.png", b"")
    assert refused(root, "现场照.png").hint == "是否指 现场照片.png？"
    put(root, "图2026104.png", b"")  # that of another entry: who took it would print it
    assert "是否指" not in refused(root, "图2026044.png").hint
