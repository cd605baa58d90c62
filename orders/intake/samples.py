"""A dry run of a shop's mapping: reads a pasted sample as a call, and stores nothing."""

from dataclasses import dataclass, field
from typing import Any

from orders.errors import InvalidInput
from orders.intake.acceptance import problems_of
from orders.lifecycle.aliases import meant_by
from orders.models import SalesChannel
from orders.shops import SHOPS
from orders.shops.base import Configured, OrderReport, Payload
from orders.shops.reading import NotJson
from orders.values.texts import one_line


@dataclass(slots=True)
class Outcome:
    """What would become of a sample: an order, or each problem by its path."""

    report: OrderReport | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # SKUs by which the channel means no product


def try_sample(channel: SalesChannel, mapping: dict[str, Any], sample: str) -> Outcome:
    """What a call with this body would be read as."""
    shop = SHOPS[channel.kind]
    if isinstance(shop, Configured):
        shop = shop.with_settings(mapping)
    try:
        report = shop.read(Payload(sample.encode(errors="replace")))
    except NotJson as error:
        return Outcome(problems=[("", str(error))])
    except InvalidInput as error:
        return Outcome(problems=list(error.problems))
    if not isinstance(report, OrderReport):
        return Outcome(problems=[("", "This is no order.")])
    if problems := problems_of(report.order):
        return Outcome(problems=problems)
    skus = {line.sku for line in report.order.lines if line.ships}
    known = meant_by(channel, skus)
    return Outcome(report, unknown={sku for sku in skus if one_line(sku) not in known})
