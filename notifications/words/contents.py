"""Contents of a message: units in these parcels, sent earlier, and still to come."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from notifications.about_problems import COUNTED, is_to_fetch, units_in
from notifications.channels.base import one_line
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.languages import phrases
from notifications.words.wording import Goods
from orders.lifecycle.kits import by_kit
from orders.models import Discrepancy, OrderLine, Promise, Refund, Repair, Shipment
from orders.states import RepairStatus, ShipmentStatus, ShippingRule

REPAIRED = (RepairStatus.REPAIRED, RepairStatus.SENT)
CANCELLED = ("order.cancelled", "order.lines_cancelled")
LATE = ("promise.at_risk", "promise.broken")
NOTHING_SAID: Mapping[UUID, str] = {}


class Contents(NamedTuple):
    """Lists without a unit in two of them; titles are names of `Phrases` fields.

    `later` follows in other parcels, `waiting` has no stock and so no date, `to_fetch` is at a
    pickup point. `lacks_units`: units of the order are in none of them, for they were lost, came
    back or will not come. `parcels`: those of `here`, where the message is about more.
    """

    here: list[Goods]
    earlier: list[Goods]
    later: list[Goods]
    waiting: list[Goods]
    here_title: str = "in_this_parcel"
    earlier_title: str = "sent_before"
    later_title: str = "still_to_come"
    lacks_units: bool = False
    to_fetch: Sequence[Goods] = ()
    parcels: int = 0


def contents_of(facts: Facts) -> Contents:
    """Count the goods of a message; parcels sent or delivered before count as `earlier`."""
    if facts.order_return and facts.message.event.kind == "return.settled":
        return Contents(_settled_goods(facts), [], [], [], "your_return")
    if said := _conditions(facts):
        return Contents(returned_goods(facts, "requested", said=said), [], [], [], "as_said")
    if facts.order_return:
        return Contents(
            returned_goods(facts, kind_of(facts.message.template).counts), [], [], [], "your_return"
        )
    # What replaces what was reported, and a parcel that was found, have goods of their own.
    subject = facts.message.event.kind.partition(".")[0]
    if facts.problem and subject not in ("order", "package"):
        return Contents(goods_of(facts, facts.problem.units), [], [], [], "reported")
    if not (facts.packages or facts.shipments):
        return _of_order(facts)
    parts = _late_units(facts) if _tells_late(facts) else _parcel_units(facts)
    here, own, fetched, counter, number = parts
    earlier, later, waiting = Counter[UUID](), Counter[UUID](), Counter[UUID]()
    away = _away(facts)
    apart = away + fetched
    for line in _shipping(facts):
        sent = line.delivered if counter == "delivered" else line.shipped - apart[line.pk]
        earlier[line.pk] = max(sent - own[line.pk], 0)
        wanted = line.ordered - line.cancelled - apart[line.pk]
        to_come = max(wanted - here[line.pk] - earlier[line.pk], 0)
        waiting[line.pk] = min(line.backordered, to_come)
        later[line.pk] = to_come - waiting[line.pk]
    return Contents(
        goods_of(facts, here),
        goods_of(facts, earlier),
        goods_of(facts, later),
        goods_of(facts, waiting),
        earlier_title="delivered_before" if counter == "delivered" else "sent_before",
        lacks_units=any(away.values()),
        to_fetch=goods_of(facts, fetched),
        parcels=number,
    )


def returned_goods(
    facts: Facts, *counters: str, said: Mapping[UUID, str] = NOTHING_SAID
) -> list[Goods]:
    """Return the goods of a return that these columns of its lines count.

    `said`: see `goods_of`.
    """
    rows = facts.order_return.lines.all() if facts.order_return else ()
    units = {row.line_id: sum(getattr(row, name) for name in counters) for row in rows}
    return goods_of(facts, Counter(units), said)


def _conditions(facts: Facts) -> dict[UUID, str]:
    """{order line id: its condition, as the customer said it} of what a seller decides about."""
    is_asked = facts.message.event.kind == "return.requested"
    if not is_asked or kind_of(facts.message.template).is_for_customer:
        return {}
    words = phrases(facts.message.language).conditions
    rows = facts.order_return.lines.all() if facts.order_return else ()
    return {row.line_id: words[row.condition] for row in rows if row.condition}


def unrepaired_goods(facts: Facts) -> list[Goods]:
    """Return the goods of a return that were to be repaired, and could not be."""
    return goods_of(facts, _units_of(facts, lambda row: row.is_failed))


def repaired_of(facts: Facts) -> Counter[UUID]:
    """{order line id: units} of a return that are repaired, and go back to the customer."""
    return _units_of(facts, lambda row: not row.is_failed and row.status in REPAIRED)


def _units_of(facts: Facts, is_meant: Callable[[Repair], bool]) -> Counter[UUID]:
    back = facts.order_return
    lines = {part.pk: part.line_id for part in back.lines.all()} if back else {}
    units: Counter[UUID] = Counter()
    for row in back.repairs.all() if back else ():
        if is_meant(row):
            units[lines[row.return_line_id]] += row.quantity
    return units


def decided_of(facts: Facts) -> list[Discrepancy]:
    """What a decision about a return is about: those that its event names, else all decided."""
    row, named = facts.order_return, facts.message.event.data.get("discrepancies")
    if row is None or "repair" in facts.message.event.data:
        return []
    decided = [one for one in row.discrepancies.all() if one.decision]
    return decided if named is None else [one for one in decided if str(one.pk) in named]


def title_of(facts: Facts, one: Discrepancy) -> str:
    """What differs is called so; what was read off a label may be a name: for the seller alone."""
    named = one.line or one.product
    is_for_seller = not kind_of(facts.message.template).is_for_customer
    return one_line(named.title) if named else one_line(one.code) if is_for_seller else "…"


def open_differences(facts: Facts) -> list[Discrepancy]:
    """Return what a seller is asked to decide about, where the message is about that."""
    row = facts.order_return
    if row is None or facts.message.event.kind != "return.to_decide":
        return []
    return [one for one in row.discrepancies.all() if not one.decision]


def unsent_of(facts: Facts) -> Counter[UUID]:
    """{order line id: units} that were to go back to the customer, and do not after all."""
    row, named = facts.order_return, facts.message.event.data.get("repair")
    parts = {part.pk: part.line_id for part in row.lines.all()} if row else {}
    repairs = [one for one in row.repairs.all() if str(one.pk) == named] if row else []
    return Counter({parts[one.return_line_id]: one.quantity for one in repairs})


def _settled_goods(facts: Facts) -> list[Goods]:
    """Return the goods that a decision about a return is about, also those of no order."""
    mine = Counter[UUID]()
    others: Counter[str] = Counter()
    for one in decided_of(facts):
        if one.line_id:
            mine[one.line_id] += one.quantity
        else:
            others[title_of(facts, one)] += one.quantity
    named = goods_of(facts, mine + unsent_of(facts))
    return named + [Goods(units, title) for title, units in others.items()]


def some_stay(facts: Facts) -> bool:
    """Whether a return is only of a part: units of its order are not in it."""
    if facts.order_return is None:
        return False
    coming_back = sum(row.requested for row in facts.order_return.lines.all())
    gone = ("cancelled", "lost", "came_back", "returned")
    units: int = sum(
        line.ordered - sum(getattr(line, name) for name in gone) for line in _shipping(facts)
    )
    return units > coming_back


def _of_order(facts: Facts) -> Contents:
    """Count the goods of a message about the whole order, not about parcels.

    A date is about what has stock and, where it changes, has not been shipped yet.
    """
    kind = facts.message.event.kind
    if names_no_missing(facts) and kind not in CANCELLED:
        return Contents(goods_of(facts, _ordered_units(facts)), [], [], [], _ordered_title(facts))
    if kind == "order.backordered":
        waiting = Counter({line.pk: line.backordered for line in facts.lines})
        rest = _ordered_units(facts)
        rest.subtract(waiting)
        title = "in_stock" if waits_for_all(facts) else "ships_first"
        return Contents(goods_of(facts, rest), [], [], goods_of(facts, waiting), title)
    if kind in CANCELLED:
        gone = Counter[UUID]()
        for event in facts.events:
            for line_id, units in event.data.get("units", {}).items():
                gone[UUID(line_id)] += units
        return Contents(
            goods_of(facts, gone),
            [],
            goods_of(facts, _ordered_units(facts)),
            [],
            here_title="cancelled",
            later_title="not_cancelled",
        )
    is_dated = kind.startswith("promise.")
    lines = _shipping(facts)
    here = _ordered_units(facts)
    sent = {line.id: line.shipped for line in lines if is_dated and line.shipped}
    undated = [(line.id, _undated(line, is_dated=is_dated)) for line in lines]
    lacking = {line_id: units for line_id, units in undated if units}
    if sent or lacking:
        here = here - Counter(sent) - Counter(lacking)
    first = "in_stock" if waits_for_all(facts) else "ships_first"
    title = "still_to_come" if sent else first if lacking else _ordered_title(facts)
    return Contents(
        goods_of(facts, here), goods_of(facts, sent), [], goods_of(facts, lacking), title
    )


def _ordered_title(facts: Facts) -> str:
    """What heads the goods of an order: nobody ordered what is in exchange, or sent again, and
    no seller did.
    """
    if facts.goes_back:
        return "sent_back_to_you"
    if facts.exchanges:
        return "in_exchange"
    if facts.replaces:
        return "replacement"
    return "you_ordered" if kind_of(facts.message.template).is_for_customer else "was_ordered"


def _undated(line: OrderLine, *, is_dated: bool) -> int:
    """Units of a line that no date is about: those that lack stock, or that nobody knows yet."""
    unknown = is_dated and line.ships and line.product_id is None
    return line.ordered - line.cancelled if unknown else line.backordered


def waits_for_all(facts: Facts) -> bool:
    """Whether nothing of the order leaves without the rest: what is picked already does."""
    together = facts.order.ships_as != ShippingRule.AS_AVAILABLE
    return together and not any(line.picked for line in facts.lines)


def names_no_missing(facts: Facts) -> bool:
    """Whether an order that ships all or nothing waits: nothing of it is reserved until all can be,
    so that its lines are backordered whatever is in stock.
    """
    is_complete = facts.order.ships_as == ShippingRule.COMPLETE and waits_for_all(facts)
    return is_complete and any(line.backordered for line in facts.lines)


def _shipping(facts: Facts) -> list[OrderLine]:
    """Return the lines that ship; all lines where none does (gift cards)."""
    return [line for line in facts.lines if line.ships] or facts.lines


def _ordered_units(facts: Facts) -> Counter[UUID]:
    return Counter({line.id: line.ordered - line.cancelled for line in _shipping(facts)})


class _Parts(NamedTuple):
    """Units by order line: in these parcels; those of them that the counter of the line includes;
    at a pickup point. `number` of these parcels, 0 for all of the message.
    """

    here: Counter[UUID]
    own: Counter[UUID]
    to_fetch: Counter[UUID]
    counter: str
    number: int = 0


def _tells_late(facts: Facts) -> bool:
    """Whether a seller reads which parcels are late, of some that have left: where is each now?"""
    if facts.message.event.kind not in LATE or kind_of(facts.message.template).is_for_customer:
        return False
    have_left = all(row.status == ShipmentStatus.HANDED_OVER for row in facts.shipments)
    return have_left and all(row.kind != Promise.Kind.SHIPS for row in facts.promises)


def _late_units(facts: Facts) -> _Parts:
    """Count what has not come yet as in these parcels, also of those that came at once."""
    late = [box for box in facts.boxes if not (box.delivered_at or is_to_fetch(box))]
    there = units_in(filter(is_to_fetch, facts.boxes), facts.shipments)
    here = units_in(late, facts.shipments)
    return _Parts(here, Counter(), facts.to_fetch + there, "delivered", len(late))


def _parcel_units(facts: Facts) -> _Parts:
    """Count what is in these parcels."""
    here, own = Counter[UUID](), Counter[UUID]()
    for package in facts.packages:
        for packed in package.lines.all():
            line_id = packed.shipment_line.line_id
            here[line_id] += packed.quantity
            own[line_id] += packed.quantity * bool(package.delivered_at)
    if facts.packages:
        return _Parts(here, own, facts.to_fetch, "delivered")
    for shipment in facts.shipments:
        rows = list(shipment.lines.all())
        is_packed = any(row.packed for row in rows)
        past = _past_units(facts, shipment)
        for row in rows:
            units = (row.packed if is_packed else row.quantity) - past[row.pk]
            here[row.line_id] += units
            own[row.line_id] += units * (shipment.status == ShipmentStatus.HANDED_OVER)
    return _Parts(here, own, facts.to_fetch, "shipped")


def _past_units(facts: Facts, shipment: Shipment) -> Counter[UUID]:
    """{shipment line: units in boxes of a shipment of which the message is true no more}."""
    found = Counter[UUID]()
    for box in shipment.packages.all() if facts.past else ():
        for packed in box.lines.all() if box.pk in facts.past else ():
            found[packed.shipment_line_id] += packed.quantity
    return found


def _away(facts: Facts) -> Counter[UUID]:
    """Units of other parcels that left and will not come: lost, back, or as good as that."""
    found = Counter(facts.astray)
    for line in facts.lines:
        found[line.pk] += line.lost + line.came_back
    for package in facts.packages:
        if package.status in COUNTED:
            for packed in package.lines.all():
                found[packed.shipment_line.line_id] -= packed.quantity
    return +found


def goods_of(
    facts: Facts, units: Mapping[UUID, int], said: Mapping[UUID, str] = NOTHING_SAID
) -> list[Goods]:
    """These units of order lines, {order line id: units}, named as they were sold.

    A part without the rest of its kit says of which it is. `said`: {order line id: what is said
    of it}, behind its title.
    """
    there = {line_id: number for line_id, number in units.items() if number > 0}
    if not there:
        return []
    return [
        Goods(
            sold.units,
            _titled(sold.line, said, sold.kit),
            tuple(f"{number} × {_titled(part, said)}" for number, part in sold.parts),
        )
        for sold in by_kit(facts.lines, there)
    ]


def _titled(line: OrderLine, said: Mapping[UUID, str], kit: OrderLine | None = None) -> str:
    title = one_line(f"{kit.title}: {line.title}" if kit else line.title)
    return f"{title} ({said[line.pk]})" if line.pk in said else title


def refund_of(facts: Facts) -> Refund | None:
    """The refund that was paid, where that is told; else what is owed, or was last."""
    last: Refund | None = getattr(facts.order_return, "refund", None)
    told = facts.message.event.data.get("refund")
    if facts.order_return is None or told is None or (last and str(last.pk) == told):
        return last
    former = facts.order_return.former_refunds.all()
    return next((row for row in former if str(row.pk) == told), last)
