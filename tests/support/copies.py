"""A copy of the source tree in which a test adds something, and programs that run there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

# What is compiled stays valid in a copy, and saves each program there seconds; what is being
# written beside it may be away before it is copied.
LEFT_OUT = shutil.ignore_patterns(".*", "var", "node_modules", "*.pyc.*")


class Copy:
    """The tree at `root`; what was changed in it can be asked for."""

    def __init__(self, root: Path) -> None:
        self.original = Path(settings.BASE_DIR)
        self.root = Path(shutil.copytree(self.original, root, ignore=LEFT_OUT))

    def insert(self, name: str, after: str, text: str) -> None:
        """Put lines behind the one line that reads `after`."""
        lines = (self.root / name).read_text().splitlines(keepends=True)
        (place,) = (number for number, line in enumerate(lines, 1) if line.strip() == after)
        (self.root / name).write_text("".join([*lines[:place], text, *lines[place:]]))

    def write(self, name: str, text: str) -> None:
        """A new file."""
        path = self.root / name
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def changed(self) -> dict[str, int]:
        """{file: how many lines it has more} of all that are not as in the original."""
        return {
            path.relative_to(self.root).as_posix(): _lines(path) - _lines(self._original(path))
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.suffix != ".pyc" and not self._is_same(path)
        }

    def run(self, module: str, *words: str) -> str:
        """What a module prints that is run here, on this test's database; fails as it fails."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def _original(self, path: Path) -> Path:
        return self.original / path.relative_to(self.root)

    def _is_same(self, path: Path) -> bool:
        original = self._original(path)
        return original.exists() and original.read_bytes() == path.read_bytes()


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0
