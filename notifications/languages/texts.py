"""The texts of messages: default texts from files, custom texts of sellers before them."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from notifications.languages import spoken
from notifications.models.editor import TextVersion
from orders.prepared import PreparedQuery, is_among

FOLDER = Path(settings.BASE_DIR) / "templates" / "messages"
IN_FORCE = PreparedQuery(
    lambda: TextVersion.objects.filter(
        is_among("notifications_textversion.seller_id", 1),
        is_among("notifications_textversion.template", 2, "text"),
        in_force=True,
    )
)
PARTS = ("subject", "heading", "body", "closing", "sms")
HEAD = re.compile(rf"^# ({'|'.join(PARTS)})$", re.MULTILINE)


class Texts(NamedTuple):
    """The parts of one message in one language; Liquid each.

    Paragraphs of `body` and `closing` are separated by an empty line; one that begins with "> " is
    the main information, which is highlighted. `closing` stands below the list of goods. Without
    `heading` the subject is the heading; without `sms` there is no text message.
    """

    subject: str
    body: str
    heading: str = ""
    closing: str = ""
    sms: str = ""


Own = Mapping[tuple[UUID, str], Mapping[str, Mapping[str, str]]]


def default_texts(template: str, language: str) -> Texts:
    """Load default texts. Raises FileNotFoundError for a template that does not exist."""
    return _loaded(template, spoken(language))  # customers name languages without number


@cache
def _loaded(template: str, spoken_language: str) -> Texts:
    return parsed((FOLDER / template / f"{spoken_language}.txt").read_text(encoding="utf-8"))


@cache
def templates() -> tuple[str, ...]:
    """The names of all templates."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/en.txt")))


def parsed(text: str) -> Texts:
    """Parse a file of texts: each part stands under a line `# part`."""
    pieces = HEAD.split(text)
    parts = dict(zip(pieces[1::2], map(str.strip, pieces[2::2]), strict=True))
    return Texts(**parts)


def own_texts(keys: Iterable[tuple[UUID, str]]) -> Own:
    """Load published custom texts: {(seller id, template): {language: parts}}."""
    wanted = set(keys)
    rows = IN_FORCE(
        list({seller for seller, _ in wanted}), list({template for _, template in wanted})
    )
    return {(row.seller_id, row.template): row.texts for row in rows}


def texts_of(seller_id: UUID, template: str, language: str, own: Own) -> Texts:
    """Return the custom texts of a seller in a language, else the default texts."""
    by_language = own.get((seller_id, template), {})
    parts = by_language.get(spoken(language))
    return Texts(**parts) if parts else default_texts(template, language)
