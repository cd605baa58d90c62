"""Finds what is said: in templates, scripts and modules, each text with the files that say it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from fulfillment.management.words.account_labels import account_labels
from fulfillment.management.words.constants import constants
from fulfillment.management.words.labels import labels
from fulfillment.management.words.page_labels import page_labels
from fulfillment.spoken.parts import DASHBOARD, FLOOR, SIGN_IN

Text = tuple[str, ...]  # one, or that of one and that of many
Found = dict[Text, set[str]]

QUOTED = r'"((?:[^"\\]|\\.)*)"'
IN_TEMPLATES = (
    re.compile(r"{% say " + QUOTED),
    re.compile(r"{% say_count \S+ " + QUOTED + " " + QUOTED),
    re.compile(QUOTED + r"\|say\b"),
)
IN_PARTS = (
    re.compile(r"\bsay\(" + QUOTED),
    re.compile(r"\bsay_count\([^,\"]+, " + QUOTED + ", " + QUOTED),
    IN_TEMPLATES[-1],
)
IN_SCRIPTS = (
    re.compile(r"Words\.of\(" + QUOTED),
    re.compile(r"Words\.count\(\w+, " + QUOTED + ", " + QUOTED),
)
SAYS = re.compile(r"from orders\.words import\b[^)\n]*(\([^)]*)?\bsay")
TOLD = "told"  # a variable of this name holds a text that is said below
# Templates and scripts that are shown before anybody has signed in, or in every part.
# Labels of their fields are said where a field was not understood.
FORMS = re.compile(
    r"warehouse/(scanning|floor|inbound|stock|corrections|couriers|places|returns|lots)/\w*forms?\.py$"
)
OF_SIGN_IN = re.compile(
    r"templates/(account/(?!members|_invitations|operator|mails)|mfa/|usersessions/)|templates/[^/]+$"
    r"|static/signed-out\.js$|fulfillment/accounts/\w*forms\.py$|orders/accounts/invitations\.py$"
    r"|fulfillment/management/words/account_labels\.py$"
)
# What is read by sellers, and what is read by them and on the floor.
OF_SELLERS = re.compile(
    r"static/texts\.js$|templates/(dashboard/|account/(members|_invitations|mails/))|(fulfillment/dashboard|fulfillment/accounts/views/members|fulfillment/privacy|fulfillment/lists|fulfillment/management/words/((page_)?labels|stored_reasons)|notifications|orders)\b"
    r"|warehouse/(inbound/announcing|stock/(moving|counting|counts_kind))\b"
)
OF_BOTH = re.compile(
    r"(orders/(errors|exchanges/going_back|models/holds|returns/(left|photos|repairing)|services/own_reach|values/(places|postal)|accounts/members)|warehouse/stock/holdings|fulfillment/accounts/views/members)\.py$"
    r"|templates/account/(members|_invitations)\.html$|templates/dashboard/base\.html$"
)


def texts() -> Found:
    """Every text that is said, and the files that say it."""
    found: Found = defaultdict(set)
    for path, said in (*_of_templates(), *_of_scripts()):
        found[said].add(path)
    for path, said in _of_modules():
        found[said].add(path)
    for text in constants():
        found[(text,)].add("fulfillment/management/words/constants.py")
    for text in account_labels():
        found[(text,)].add("fulfillment/management/words/account_labels.py")
    for text in labels():
        found[(text,)].add("fulfillment/management/words/labels.py")
    for text in page_labels():
        found[(text,)].add("fulfillment/management/words/page_labels.py")
    found.pop(("",), None)  # the name of nothing
    return found


def texts_of(language: str) -> Found:
    """Those that a catalogue of this language needs."""
    rows = {
        said: {path for path in at if language in _languages_at(path)}
        for said, at in texts().items()
    }
    return {said: at for said, at in rows.items() if at}


def _languages_at(path: str) -> tuple[str, ...]:
    if OF_SIGN_IN.match(path):
        return SIGN_IN
    if OF_BOTH.match(path):
        return FLOOR + DASHBOARD
    return DASHBOARD if OF_SELLERS.match(path) else FLOOR


def _of_templates() -> Iterator[tuple[str, Text]]:
    for suffix in ("html", "txt"):
        yield from _of_files("templates", suffix, IN_TEMPLATES)
    yield from _of_files("templates", "jinja", IN_PARTS)


def _of_scripts() -> Iterator[tuple[str, Text]]:
    return _of_files("static", "js", IN_SCRIPTS)


def _of_files(
    folder: str, suffix: str, patterns: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[str, Text]]:
    for path in _files(folder, suffix):
        text = path.read_text()
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield _name(path), match.groups()


def _of_modules() -> Iterator[tuple[str, Text]]:
    for app in ("fulfillment", "notifications", "orders", "warehouse"):
        for path in _files(app, "py"):
            source = path.read_text()
            if not SAYS.search(source) and not FORMS.match(_name(path)):
                continue
            for node in ast.walk(ast.parse(source)):
                for said in _said(node):
                    yield _name(path), said


def _said(node: ast.AST) -> Iterator[Text]:
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == TOLD:
        yield from ((text,) for text in _literals(node.value))
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in ("say", "say_later") and node.args:
        yield from ((text,) for text in _literals(node.args[0]))
    elif name == "say_count":
        one, many = (next(_literals(argument)) for argument in node.args[1:3])
        yield one, many
    elif name.endswith("Field"):
        labels = [word.value for word in node.keywords if word.arg == "label"] or node.args[:1]
        yield from ((text,) for label in labels for text in _literals(label) if text)


def _literals(node: ast.expr) -> Iterator[str]:
    """A literal, or both of `… if … else …`; nothing for what is said elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _files(folder: str, suffix: str) -> list[Path]:
    paths = (settings.BASE_DIR / folder).rglob(f"*.{suffix}")
    return sorted(path for path in paths if "migrations" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR).as_posix()
