"""Who changed what of a product: texts beside the event, and the fingerprint of what was seen."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from orders.catalogue.details import READERS
from orders.errors import Outdated
from orders.events.acting import who_did
from orders.events.recording import record
from orders.models import Event, Product, ProductChange, User
from orders.values.texts import one_line
from orders.words import say

REASON = "reason"
LONGEST_REASON = 250
Texts = Mapping[str, tuple[str, str]]  # field -> before, after


def fingerprint(product: Product, codes: Mapping[str, int]) -> str:
    """A hash of all that the page of a product lets one edit; `codes`: {barcode: units}."""
    fields = [getattr(product, name) for name in READERS]
    return sha256(repr((fields, sorted(codes.items()))).encode()).hexdigest()[:32]


def codes_of(product: Product) -> dict[str, int]:
    """{barcode: its units} of a product, those of single units first."""
    return dict(product.barcodes.order_by("units", "code").values_list("code", "units"))


def refuse_outdated(product: Product, codes: Mapping[str, int], seen: str) -> None:
    """Raise Outdated where a locked product is not as its page had shown; "" has seen no page."""
    if not seen or seen == fingerprint(product, codes):
        return
    last = ProductChange.objects.filter(product=product).select_related("event__actor")
    newest = last.order_by("-event_id").first()
    who = who_did(newest.event if newest else None)
    raise Outdated(
        say(
            "{who} has changed {sku} since you opened this page. "
            "Look at what is there now, and save again.",
            who=who,
            sku=product.sku,
        )
    )


def keep(
    product: Product, what: str, texts: Texts, *, actor: User | None, reason: str = ""
) -> None:
    """Record the event that `what` happened to a product, with the texts of what changed."""
    event = Event.of(product, what, actor=actor)
    record([event])
    rows = dict(texts)
    if said := one_line(reason)[:LONGEST_REASON]:
        rows[REASON] = "", said
    ProductChange.objects.bulk_create(
        ProductChange(
            seller_id=product.seller_id,
            product=product,
            event=event,
            field=field,
            before=before,
            after=after,
        )
        for field, (before, after) in rows.items()
    )


def in_words(value: Any) -> str:
    """A value of a product as the history keeps it; what is not known is empty."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        cases = (
            code if units == 1 else f"{code} (case of {units})" for code, units in value.items()
        )
        return ", ".join(cases)
    return str(value or "")
