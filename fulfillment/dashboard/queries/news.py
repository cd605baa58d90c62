"""The changelog as data, read once a process: versions, their headings, and what users notice."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HEADINGS = {"Added": "New", "Changed": "Changed", "Fixed": "Mended", "Breaking": "Needs your care"}
THIS = "This version"
# Entries about the tools of those who run or build the portal begin with code: a command, a file.
CODE = "`"
MARKS = (
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),  # what a link names is not in the portal
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
)


class Group(NamedTuple):
    """What a version says under one heading."""

    heading: str
    entries: list[SafeString]


class Version(NamedTuple):
    """A version of the portal, the newest first."""

    name: str
    groups: list[Group]


@cache
def news() -> list[Version]:
    """Read the changelog of this tree; empty where it was not delivered with it."""
    path = Path(settings.BASE_DIR) / "CHANGELOG.md"
    return read_changelog(path.read_text()) if path.is_file() else []


def read_changelog(text: str) -> list[Version]:
    """Read `## version`, `### heading` and `- entry` with the lines that continue it."""
    versions: list[tuple[str, list[tuple[str, list[str]]]]] = []
    for line in text.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            versions.append((THIS if name == "Unreleased" else name, []))
        elif line.startswith("### ") and versions:
            versions[-1][1].append((line[4:].strip(), []))
        elif line.startswith("- ") and versions and versions[-1][1]:
            versions[-1][1][-1][1].append(line[2:].strip())
        elif line.startswith("  ") and versions and versions[-1][1] and versions[-1][1][-1][1]:
            versions[-1][1][-1][1][-1] += f" {line.strip()}"
    return [Version(name, _groups(groups)) for name, groups in versions]


def _groups(groups: list[tuple[str, list[str]]]) -> list[Group]:
    found = [
        Group(HEADINGS.get(heading, heading), list(map(_html, filter(_is_for_users, entries))))
        for heading, entries in groups
    ]
    return [group for group in found if group.entries]


def _is_for_users(entry: str) -> bool:
    return not entry.startswith(CODE)


def _html(entry: str) -> SafeString:
    """Escape an entry and set its marks; the file is ours, and still nothing in it is HTML."""
    html = str(escape(entry))
    for mark, instead in MARKS:
        html = mark.sub(instead, html)
    return mark_safe(html)  # noqa: S308 escaped above
