"""What texts may state: each statement with the fact that makes it true.

`editor/said` says how each is recognised in a language. A statement that no fact can make
true (an offer that the page does not make, a refund that nobody has paid) is bound to NEVER.
"""

from collections.abc import Callable, Mapping
from typing import Any

from notifications.facts import Facts
from notifications.kinds.record import LABEL_NEWS
from notifications.words.wording import hold_code
from orders.models import Package, Promise
from orders.returns.reasons import BY_CUSTOMER, BY_SELLER
from orders.states import PackageStatus, ShipmentStatus

Values = Mapping[str, Any]
Fact = Callable[[Facts, Values], bool]

Status, Failure = PackageStatus, Package.Failure
LEFT = (Status.HANDED_OVER, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)
WORKED = (ShipmentStatus.PACKED, ShipmentStatus.READY, ShipmentStatus.HANDED_OVER)


def _of(*kinds: str) -> Fact:
    """It is so by the event."""
    return lambda facts, _: facts.message.event.kind in kinds


def _noted(name: str) -> Fact:
    """The event says so."""
    return lambda facts, _: name in facts.message.event.data


def _undone(*corrected: str) -> Fact:
    """It is so after the undo of these."""
    return lambda _, values: values["corrects"] in corrected


def _at(*statuses: str) -> Fact:
    """All parcels of the message are there."""
    return lambda facts, _: bool(facts.boxes) and all(row.status in statuses for row in facts.boxes)


def _work(*statuses: str) -> Fact:
    """The warehouse is so far with all shipments of the message."""
    return lambda facts, _: (
        bool(facts.shipments) and all(row.status in statuses for row in facts.shipments)
    )


def _failed(*failures: str) -> Fact:
    """The last attempt failed for one of these reasons."""
    return lambda facts, _: any(row.failure in failures for row in facts.packages)


def _taken(*by: str) -> Fact:
    return lambda facts, _: any(row.handed_to in by for row in facts.packages)


def _promised(*kinds: str) -> Fact:
    return lambda facts, _: any(row.kind in kinds for row in (*facts.promises, *facts.former))


def _held(*words: str) -> Fact:
    """It is on hold, and its customer is told so in these words."""

    def is_so(facts: Facts, _: Values) -> bool:
        return bool(facts.holds) and hold_code(facts.holds) in words

    return is_so


def _given(*names: str) -> Fact:
    """A variable has a value."""
    return lambda _, values: any(values[name] for name in names)


def _is(name: str, *words: str) -> Fact:
    """A variable is one of these words."""
    return lambda _, values: values[name] in words


def _answered(*answers: str) -> Fact:
    """The shop has answered a reported problem so."""
    return _is("answer", *answers)


def _any(*facts: Fact) -> Fact:
    return lambda row, values: any(fact(row, values) for fact in facts)


def _both(*facts: Fact) -> Fact:
    return lambda row, values: all(fact(row, values) for fact in facts)


def _not(fact: Fact) -> Fact:
    return lambda row, values: not fact(row, values)


def _never(_: Facts, __: Values) -> bool:
    return False


def _in_days(days: int) -> Fact:
    """It comes so many days from now: today, while the courier has it."""

    def is_so(facts: Facts, values: Values) -> bool:
        if days == 0 and _at(Status.OUT_FOR_DELIVERY)(facts, values):
            return True
        return days == 1 and facts.message.event.kind == "package.due_tomorrow"

    return is_so


_lost, _found = _at(Status.LOST), _of("package.found")
_not_home = _both(_at(Status.ATTEMPT_FAILED), _failed("", Failure.NOT_HOME))
_day_follows = _both(_any(_not_home, _found), _not(_given("new_day")))
_waits = _any(_given("waiting", "incomplete", "all_waits"))
_undated = _both(_not(_given("when")), _any(_waits, _given("hold"), _of("promise.withdrawn")))
_refused = _failed(Failure.REFUSED)
# All that the customer sent goes back to them, repaired, or is exchanged.
_nothing_due = _both(_given("repaired", "swapped"), _not(_given("accepted")))
# It is handed in with the label of a carrier, or waits for one.
_labelled = _any(_given("return_tracking"), _is("return_label", "asked"))
# Values that need not be said where this is so.
NEEDLESS: Mapping[str, Fact] = {"return_address": _labelled}
_back = _any(_at(Status.RETURNING), _both(_at(Status.ATTEMPT_FAILED), _refused))
# Something is asked of who reads it, or may be.
_is_asked = _any(
    _failed(Failure.REFUSED, Failure.ADDRESS_WRONG, Failure.DAMAGED),
    _held("payment", "address"),
    _at(Status.AT_PICKUP_POINT, Status.LOST),
    _taken(Package.HandedTo.NEIGHBOUR),
)

# In a question only these are statements: "Not at home?" says of nobody that they are not.
OFFERS = frozenset(
    {"return_on_page", "missing_on_page", "change_on_page", "door_on_page", "asks_refund"}
)
STATEMENTS: Mapping[str, Fact] = {
    # Corrections
    "not_packed": _undone("packed"),
    "not_ready": _undone("ready"),
    "not_left": _undone("handed_over"),
    "still_out": _undone("delivered", "attempt_failed", "at_pickup_point"),
    "still_collect": _undone("collected"),
    "still_comes": _undone("returning"),
    "not_yet_delivered": _undone("delivered"),
    "cancelled_undone": _undone("cancelled", "lines_cancelled"),
    # Stock and dates
    "not_all_in_stock": _given("incomplete"),
    "together": _given("together"),
    "rest_first": _both(_given("waiting"), _not(_given("together"))),
    "rest_follows": _given("later"),
    "out_of_stock": _both(_waits, _not(_given("incomplete"))),
    "no_date": _undated,
    "date_follows": _any(_undated, _not_home, _found),
    "waits_for_payment": _held("payment"),
    "wants_address": _held("address"),
    "is_checked": _held("check"),
    "paused": _held("pause"),
    "waits_for_return": _held("exchange"),
    "own_pickup": _held("pickup"),
    "at_risk": _of("promise.at_risk"),
    "broken": _of("promise.broken"),
    "delayed": _of("promise.withdrawn", "promise.broken"),
    "has_new_date": _given("has_new_date"),
    # The door
    "again": _both(_at(Status.ATTEMPT_FAILED), _given("when")),
    "day_follows": _day_follows,
    "more_follows": _any(_not_home, _found, _lost, _failed(Failure.DAMAGED)),
    "if_again": _refused,
    "if_found": _lost,
    "day_is_set": _day_follows,
    "safe_with_us": _any(
        _both(_at(Status.ATTEMPT_FAILED), _failed("", Failure.NOT_HOME, Failure.ADDRESS_WRONG)),
        _found,
    ),
    "never_delivered": _both(_at(Status.ATTEMPT_FAILED), _failed(Failure.DAMAGED)),
    "not_collected": _both(_at(Status.RETURNING), _given("place")),
    "refused": _refused,
    "damaged": _failed(Failure.DAMAGED),
    "not_delivered": _at(Status.ATTEMPT_FAILED, Status.RETURNING),
    "send_address": _any(_failed(Failure.ADDRESS_WRONG), _held("address")),
    "goes_back": _any(_back, _at(Status.AT_PICKUP_POINT)),
    "seller_contacts": _any(_lost, _failed(Failure.DAMAGED), _at(Status.RETURNING)),
    "lost": _lost,
    "found": _found,
    "neighbour": _taken(Package.HandedTo.NEIGHBOUR),
    "to_point": _given("to_point"),
    "point_closed": _of("order.point_closed"),
    "ask_neighbour": _both(_of("package.due_tomorrow"), _not(_given("has_place"))),
    "safe_place": _taken(Package.HandedTo.SAFE_PLACE),
    "collect": _any(_at(Status.AT_PICKUP_POINT), _taken(Package.HandedTo.NEIGHBOUR)),
    "bring_name": _at(Status.AT_PICKUP_POINT),
    "out": _at(Status.OUT_FOR_DELIVERY),
    "delivered": _at(Status.DELIVERED),
    # The warehouse
    "packed": _work(*WORKED),
    "ready": _work(ShipmentStatus.READY, ShipmentStatus.HANDED_OVER),
    "on_way": _any(_at(*LEFT), _work(ShipmentStatus.HANDED_OVER)),
    "ships_by": _promised(Promise.Kind.SHIPS),
    "arrives": _any(
        _promised(Promise.Kind.ARRIVES, Promise.Kind.AT_DOOR),
        _at(Status.OUT_FOR_DELIVERY),
        _given("new_day"),
    ),
    "comes_back": _at(Status.RETURNING),
    # Orders
    "confirmed": _of("order.received"),
    "rest_unaffected": _both(_of("order.cancelled"), _given("is_part")),
    "cancelled": _of("order.cancelled", "order.lines_cancelled", "order.called_off"),
    # Here nobody moves money: the shop has.
    "refunded": _any(_of("return.refunded"), _given("refunded")),
    "refund_owed": _given("refund", "refund_due"),
    "refund_due": _given("refund_due"),
    "no_refund": _given("no_refund"),
    "nothing_due": _nothing_due,
    "to_payment": _both(_given("refund"), _not(_given("refund_credit"))),
    "refund_is_yours": _any(
        _both(_of("return.closed"), _not(_nothing_due)),
        _both(_of("order.called_off"), _not(_given("replaces", "unpaid"))),
    ),
    "refund_decided": _answered("refund"),
    "exchanged": _given("exchanges", "exchange_order", "new_order"),
    "sent_again": _any(_answered("replacement"), _given("replaces")),
    "asks_refund": _both(_of("order.cancelled", "order.lines_cancelled"), _not(_given("unpaid"))),
    "nothing_to_pay": _given("unpaid"),
    # Returns
    "return_requested": _of("return.requested"),
    "return_approved": _of("return.approved"),
    "return_refused": _of("return.refused"),
    "return_received": _of("return.received", "return.differs"),
    "return_closed": _of("return.closed"),
    "return_differs": _of("return.differs"),
    "return_settled": _of("return.settled"),
    "goods_accepted": _given("accepted"),
    "goods_swapped": _given("swapped"),
    "goods_used": _given("used"),
    "goods_damaged": _given("damaged"),
    "photos_on_page": _given("has_photo"),
    "exchange_follows": _both(_given("new_order"), _not(_given("exchange_order"))),
    "costs_more": _given("costs_more"),
    "refund_follows": _is("wish", "refund"),
    "rest_refunded": _is("wish", "part"),
    "credit_follows": _is("wish", "credit", "both"),
    "repair_follows": _is("wish", "repair"),
    "not_sent_back": _given("unsent"),
    "needs_decision": _of("return.to_decide"),
    "decision_due": _given("decide_by"),
    "send_return": _any(
        _both(_of("return.approved"), _not(_is("return_label", "asked"))),
        _both(_of("return.hand_in_due", "return.due_back"), _not(_labelled)),
        _both(_of(*LABEL_NEWS), _not(_given("return_label"))),
    ),
    "label_void": _of(*LABEL_NEWS),
    "handed_in": _of("return.handed_in"),
    "label_on_page": _is("return_label", "ready"),
    "label_follows": _is("return_label", "asked"),
    "return_lapsed": _of("return.lapsed"),
    "return_expired": _of("return.expired"),
    "not_come": _both(_of("return.expired"), _not(_is("return_label", "unused"))),
    "not_handed_in": _is("return_label", "unused"),
    "to_be_repaired": _of("return.repairing"),
    "is_repaired": _any(_noted("repaired"), _given("repaired")),
    "not_repaired": _noted("unrepaired"),
    "return_kept": _noted("kept"),
    "shop_pays": _is("postage", BY_SELLER),
    "you_pay": _is("postage", BY_CUSTOMER),
    "fee_deducted": _given("fee"),
    "do_not_send": _any(
        _of("return.requested", "return.refused", "return.expired"), _noted("kept")
    ),
    # What the reader may do, or must
    "no_action": _not(_is_asked),
    "return_on_page": _given("can_return"),
    "missing_on_page": _never,  # the page has no such form
    "change_on_page": _given("can_choose_day"),
    "door_on_page": _both(_given("can_choose"), _not(_given("has_place"))),
    "today": _in_days(0),
    "tomorrow": _in_days(1),
    # Why the attempt failed, as the phrases of the language say it
    **{f"failure_{code}": _failed(code) for code in Failure.values},
}
