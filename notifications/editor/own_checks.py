"""Own texts of sellers pass the same check as the default texts, before they are published."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from notifications.editor.checking import Finding, check_kind
from notifications.editor.said import SAID
from notifications.editor.samples import noon_of
from notifications.editor.telling import told_of_language
from notifications.kinds.catalogue import KINDS
from notifications.languages.texts import Texts
from notifications.models import TextVersion
from orders.words import say_count

MOST = 5  # problems that are told at once


def findings_in(
    template: str, texts: Mapping[str, Mapping[str, str]], *, now: datetime
) -> list[Finding]:
    """Check own texts by language; returns what does not hold, or is left out. No query."""
    return [
        finding
        for language, parts in texts.items()
        if language in SAID and template in KINDS
        for finding in check_kind(
            KINDS[template], language, Texts(**parts), now=noon_of(now), is_own=True
        ).findings
    ]


def told(findings: list[Finding]) -> str:
    """Name the statements to the seller."""
    said = [told_of_language(finding) for finding in findings[:MOST]]
    more = len(findings) - MOST
    if more > 0:
        said.append(say_count(more, "And {n} more.", "And {n} more.", n=more))
    return " ".join(said)


def check_own_texts(*, now: datetime) -> Iterator[str]:
    """Check every published text; yields what was found."""
    rows = TextVersion.objects.filter(in_force=True).select_related("seller").order_by("pk")
    for row in rows.iterator():
        for finding in findings_in(row.template, row.texts, now=now):
            yield f"{row.seller}, version {row.number}: {finding}"
