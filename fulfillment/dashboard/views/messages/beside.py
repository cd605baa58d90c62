"""What stands beside the form of a text: its preview, what the check found, its variables."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from notifications.editor.editing import Parts, problems_in
from notifications.editor.offered import Offered, never_filled, offered
from notifications.editor.own_checks import findings_in
from notifications.editor.placing import placed
from notifications.editor.previews import Preview, facts_of, preview
from notifications.kinds.record import Kind
from notifications.languages.texts import Texts
from notifications.words.liquid import TextError
from orders.models import Seller

Found = Mapping[str, list[str]]


class Written(NamedTuple):
    """A text as it stands in a form: its language, and its normalised parts."""

    language: str
    parts: Parts


class Shown(NamedTuple):
    """The preview of a text; None where it has mistakes. `is_found`: that order has the message."""

    preview: Preview | None
    is_found: bool


def shown_text(
    seller: Seller, kind: Kind, written: Written, *, order: str = "", now: datetime
) -> Shown:
    """Put a text in words, with the facts of this order, else of the newest one or a sample."""
    facts, is_found = facts_of(seller, kind.name, number=order, language=written.language, now=now)
    try:
        texts = Texts(**written.parts)
        return Shown(preview(facts, language=written.language, texts=texts, now=now), is_found)
    except TextError:
        return Shown(None, is_found)


def variables_of(
    kind: Kind, language: str, shown: Preview | None, *, now: datetime
) -> list[Offered]:
    """Return the variables that exist in this message, with values of the preview's order."""
    return offered(kind.name, language, shown.values if shown else {}, now=now)


def found_in(kind: Kind, written: Written, names: frozenset[str], *, now: datetime) -> Found:
    """Return what is to be corrected, by part: mistakes, else what does not hold."""
    if problems := problems_in(written.parts):
        return problems
    empty = never_filled(written.parts, names)
    findings = findings_in(kind.name, {written.language: written.parts}, now=now)
    wrong = placed(findings, written.parts)
    return {
        part: [*wrong.get(part, ()), *empty.get(part, ())]
        for part in written.parts
        if part in wrong or part in empty
    }
