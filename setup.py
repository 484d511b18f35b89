"""What pyproject.toml cannot say: the wheel carries the templates for ``jianbao init`` inside the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TEMPLATES = Path("templates")


class BuildWithTemplates(build_py):
    """Copies ``templates/`` to ``builder/_templates`` of the build; an editable install reads the clone's own."""

    def run(self) -> None:
        """Build the modules, then add the templates."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "builder" / "_templates"
            # What an earlier build left there may no longer exist.
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(TEMPLATES, target, ignore=shutil.ignore_patterns(".*", "~$*", "__pycache__"))


setup(cmdclass={"build_py": BuildWithTemplates})
