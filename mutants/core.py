"""Read the lists beside this file: modules of the core, known and explained mutants."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCREENS = {"__init__.py", "views.py", "forms.py", "urls.py"}


class UsageError(Exception):
    """A missing module, file or line; the text says which."""


@dataclass(frozen=True)
class Entry:
    """A mutant in a list: the file, and its line before and after, without the indent."""

    path: str
    before: str
    after: str
    why: str
    test: str = ""  # of a known one: the file with the test that fails


def core_modules(root: Path) -> list[str]:
    """The modules of core.toml."""
    return modules_of(root, _list(root, "core")["modules"])


def modules_of(root: Path, patterns: list[str]) -> list[str]:
    """The modules of these patterns; a folder means what is in it."""
    found: list[str] = []
    for pattern in patterns:
        inside = f"{pattern.rstrip('/')}/**/*.py" if (root / pattern).is_dir() else pattern
        paths = sorted(root.glob(inside))
        if not paths:
            raise UsageError(f"No module is named {pattern}: was it renamed?")
        found += [path.relative_to(root).as_posix() for path in paths if path.name not in SCREENS]
    return list(dict.fromkeys(found))


def known(root: Path) -> list[Entry]:
    """Mutants that once survived; tests must kill them now."""
    return [Entry(**entry) for entry in _list(root, "known").get("mutant", [])]


def explained(root: Path) -> dict[tuple[str, str, str], str]:
    """Equivalent mutants, which no test can notice: {(file, before, after): reason}."""
    entries = [Entry(**entry) for entry in _list(root, "explained").get("mutant", [])]
    return {(entry.path, entry.before, entry.after): entry.why for entry in entries}


def _list(root: Path, name: str) -> dict[str, Any]:
    file = root / "mutants" / f"{name}.toml"
    return tomllib.loads(file.read_text()) if file.exists() else {}
