"""Inbounds of which more, fewer or damaged units came, until their seller has seen it."""

from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat, Greatest

from orders.access import Viewer
from orders.words import say_count
from warehouse.models import Inbound, InboundLine

# The columns of a matter, by those of an inbound.
DIFFERING: dict[str, Any] = {
    "number": "reference", "customer": "number", "why": "differences", "since": "closed_at",
}  # fmt: skip
MARK = "/"
NAMES = MISSING, TOO_MANY, DAMAGED = "missing", "too many", "damaged"


def differing(viewer: Viewer) -> "QuerySet[Inbound]":
    """Select them, with the units that differ as `differences`; `in_words` reads it."""
    came = F("received") + F("damaged")
    each = (Greatest(F("announced") - came, 0), Greatest(came - F("announced"), 0), F("damaged"))
    parts: list[Any] = []
    for units in each:
        parts += [Value(MARK), Cast(_sum(units), CharField())]
    rows = Inbound.objects.visible_to(viewer).filter(differs=True, settled_at__isnull=True)
    return rows.annotate(differences=Concat(*parts[1:], output_field=CharField()))


def in_words(differences: str) -> str:
    """“3 missing, 1 damaged”."""
    counts = zip(differences.split(MARK), NAMES, strict=True)
    return ", ".join(_said(name, int(units)) for units, name in counts if units != "0")


def _said(name: str, units: int) -> str:
    if name == MISSING:
        return say_count(units, "{n} missing", "{n} missing", n=units)
    if name == TOO_MANY:
        return say_count(units, "{n} too many", "{n} too many", n=units)
    return say_count(units, "{n} damaged", "{n} damaged", n=units)


def _sum(units: Any) -> Subquery:
    lines = InboundLine.objects.filter(inbound=OuterRef("pk")).order_by().values("inbound")
    return Subquery(lines.annotate(units=Sum(units)).values("units"))
