"""What ``jianbao fonts`` shows."""

from __future__ import annotations

from builder.fonts.faces import ROLES, FontSet

# Characters of names and measures that the free fonts lack most often.
RARE_SAMPLE = "喆堃赟昇珺烜翀淼弢㎡℃①⑩〇—…·〔〕【】％"


def report(fonts: FontSet) -> list[dict[str, str]]:
    """A row for each role, then one for each face that prints rare characters (用途 生僻字).

    Keys, in this order: 用途, 字体 (Typst's family name), 性质, 来源, 说明, 缺字 (what the face itself lacks of a sample of
    rare characters), 文件.
    """
    rows = [(str(role), fonts.faces[role]) for role in ROLES] + [("生僻字", face) for face in fonts.fallbacks]
    return [
        {
            "用途": role,
            "字体": face.family,
            "性质": face.standing,
            "来源": face.source,
            "说明": face.why,
            "缺字": "".join(c for c in RARE_SAMPLE if not face.has(c)),
            "文件": str(face.file),
        }
        for role, face in rows
    ]
