"""Make a publication's Word template, in docxtpl's dialect, from the layout figures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from builder.render.template.parts import parts

_DATE = (1980, 1, 1, 0, 0, 0)


def make(layout: Mapping[str, Any], publication: Mapping[str, Any]) -> bytes:
    """The template ``templates/<id>/issue.docx``.

    ``layout`` holds the merged figures (mm and pt), ``publication`` the content of ``publication.yaml``. Same figures,
    same bytes: members are stored, so that no release of a compression library changes a committed template.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, text in parts(layout, publication).items():
            member = zipfile.ZipInfo(name, _DATE)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            package.writestr(member, text.encode())
    return buffer.getvalue()
