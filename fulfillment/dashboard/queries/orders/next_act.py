"""What happens next with an order: by itself, or by the one act that it waits for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from fulfillment.dashboard.queries.messages import MessageRow
from fulfillment.dashboard.queries.orders.holding import Next, of_hold
from fulfillment.dashboard.queries.orders.standing import Standing
from fulfillment.dashboard.queries.orders.told import Told
from fulfillment.dashboard.queries.refunds import owed_words
from orders.carriers import OWN
from orders.models import (
    DeadLetter,
    Discrepancy,
    Hold,
    Order,
    Package,
    Problem,
    Refund,
    Repair,
    Return,
)
from orders.states import (
    PACKAGE_UNDER_WAY,
    REPAIR_TO_SEND,
    DiscrepancyStatus,
    OrderStatus,
    PackageStatus,
    RefundStatus,
    RepairStatus,
    ReturnStatus,
)
from orders.words import inside, predicate, say, say_later, state

Failure, Decision = Package.Failure, Discrepancy.Decision


@dataclass(frozen=True, slots=True)
class Scene:
    """What decides over the next act.

    `shop_wants`: in words, where a hold waits for it. `unsent`: messages without a decision that
    may not have arrived. `is_uncollected`: a parcel waits at a pickup point after its last day.
    `ship_by`: of open work, as it is shown; `is_late`:
    that has passed. `lacks_stock`: units of it wait for stock.
    """

    order: Order
    standing: Standing
    told: Told | None
    holds: Sequence[Hold]
    shop_wants: str
    returns: Sequence[Return]
    problems: Sequence[Problem]
    boxes: Sequence[Package]
    letters: Sequence[DeadLetter]
    unsent: Sequence[MessageRow]
    ship_by: str
    is_late: bool
    lacks_stock: bool
    differing: Sequence[Discrepancy]
    refunds: Sequence[Refund]
    repairs: Sequence[Repair] = ()
    is_given_back: bool = False  # the shop has refunded what came back undelivered
    is_uncollected: bool = False
    staying: Collection[UUID] = ()  # returns of which nothing comes back once they are approved


def next_act(scene: Scene) -> Next:
    """Choose the act that is most pressing, else say what goes on by itself; no statement."""
    return (
        _of_people(scene)
        or _of_two_parcels(scene)
        or _of_parcels(scene)
        or _of_dates(scene)
        or _of_money(scene)
        or _of_messages(scene)
        or _by_itself(scene)
    )


def _of_people(scene: Scene) -> Next | None:
    """What waits for a decision of the seller."""
    for problem in scene.problems:
        if not problem.answered_at:
            url = reverse("dashboard_problem", args=[problem.pk])
            return Next(
                say("The customer waits for an answer"),
                say(problem.get_kind_display()) + ".",
                say("Look and answer"),
                url,
            )
    if came_back := _of_returns(scene):
        return came_back
    for hold in scene.holds:
        return of_hold(hold, scene.shop_wants)
    for letter in scene.letters:
        url = reverse("dashboard_retry", args=[letter.pk])
        return Next(
            say("Stopped by an error on our side"),
            say("It is tried again by itself."),
            say("Retry now"),
            url,
            is_post=True,
        )
    return None


def _of_returns(scene: Scene) -> Next | None:
    for row in scene.returns:
        if row.status == ReturnStatus.REQUESTED:
            url = reverse("dashboard_approve", args=[row.pk])
            text = say(
                "Return {number}: {reason}. Refuse it below.",
                number=row.number,
                reason=row.reason_said,
            )
            stays = row.pk in scene.staying
            approve = say("Approve: the customer keeps it") if stays else say("Approve return")
            return Next(say("Decide about the return"), text, approve, url, is_post=True)
    for one in scene.differing:
        if one.status == DiscrepancyStatus.OPEN:
            url = reverse("dashboard_discrepancy", args=[one.pk])
            is_late = getattr(one, "is_late", False)
            kind = (
                say("Arrived after its return had expired")
                if is_late
                else say(one.get_kind_display())
            )
            text = f"{kind}: {one}."
            return Next(say("Decide what came back"), text, say("Look and decide"), url)
    for repair in scene.repairs:
        if repair.status == RepairStatus.WAITING:
            url = reverse("dashboard_repair", args=[repair.pk])
            title = say("Say what became of a repair")
            return Next(title, f"{repair}.", say("Look and decide"), url)
    return None


def _of_two_parcels(scene: Scene) -> Next | None:
    """A parcel that is under way after all, though another order replaces it."""
    here = {box.pk for box in scene.boxes if box.status in PACKAGE_UNDER_WAY}
    for problem in scene.problems:
        again = problem.replacement
        if again and again.status != OrderStatus.CANCELLED and problem.package_id in here:
            text = say(
                "Order {order} replaces what this one brings. Cancel {order} while it is here, or "
                "ask the warehouse to keep this parcel back.",
                order=again.number,
            )
            url = reverse("dashboard_order", args=[again.pk])
            return Next(say("Let both come, or one"), text, say("Look at the replacement"), url)
    return None


def _of_parcels(scene: Scene) -> Next | None:
    """What becomes of a parcel that did not arrive; no act of a seller mends it."""
    code = scene.standing.code
    if code == scene.order.status:  # of the order, also where parcels have one of the same name
        return None
    failed = [box for box in scene.boxes if box.status == PackageStatus.ATTEMPT_FAILED]
    if code == PackageStatus.ATTEMPT_FAILED:
        if failed[0].failure != Failure.DAMAGED:
            again = FAILED.get(failed[0].failure, PLANNED_AGAIN)
            return Next(say("Another delivery, or back"), again)
        code = PackageStatus.DAMAGED  # it comes no more, as the customer was told
    answered = {problem.package_id for problem in scene.problems if problem.answered_at}
    damaged = {box.pk for box in failed if box.failure == Failure.DAMAGED}
    in_trouble = damaged | {box.pk for box in scene.boxes if box.status in SETTLED_BY_ANSWER}
    if code in SETTLED_BY_ANSWER and in_trouble <= answered:
        answered_so = Next(
            say("The customer has an answer"), say("What you answered stands below.")
        )
        return _of_money(scene) or answered_so
    if code == PackageStatus.RETURNED and scene.is_given_back:
        text = say("The shop has refunded what came back undelivered.")
        return _of_money(scene) or Next(say("Nothing more is sent"), text)
    if code == PackageStatus.AT_PICKUP_POINT and scene.is_uncollected:
        return Next(
            say("Not collected in time"),
            say("The warehouse fetches the parcel. Agree with the customer what happens next."),
        )
    return SAID.get(code)


SETTLED_BY_ANSWER = (PackageStatus.LOST, PackageStatus.DAMAGED, PackageStatus.RETURNED)
PLANNED_AGAIN = say_later("The warehouse sets a new delivery day, or takes it back.")
FAILED: dict[str, str] = {
    Failure.REFUSED: say_later("It goes back to the warehouse."),
    Failure.ADDRESS_WRONG: say_later(
        "Once its address is corrected, the warehouse plans another delivery."
    ),
}
SAID: dict[str, Next] = {
    PackageStatus.LOST: Next(
        say_later("Contact the customer"),
        say_later("Agree on a replacement or a refund: nothing is sent by itself."),
    ),
    PackageStatus.DAMAGED: Next(
        say_later("Contact the customer"), say_later("Agree on a replacement or a refund.")
    ),
    PackageStatus.RETURNING: Next(
        say_later("Wait for the parcel"),
        say_later("Its units are inspected when it is back in the warehouse."),
    ),
    PackageStatus.RETURNED: Next(
        say_later("Settle it with the customer"),
        say_later("Its units came back undelivered: refund or send anew."),
    ),
    PackageStatus.AT_PICKUP_POINT: Next(
        say_later("The customer collects it"),
        say_later("What is not collected in time is sent back."),
    ),
}


def _of_dates(scene: Scene) -> Next | None:
    """A date at risk can be changed in time; one that is broken cannot."""
    promised = scene.told
    if promised is None or promised.outcome != "late" or promised.open_id is None:
        return None
    url = reverse("dashboard_revise_promise", args=[promised.open_id])
    text = say("Without one, the customer is sent the next possible date.")
    return Next(say("Set a new date"), text, say("New date"), url)


def _of_messages(scene: Scene) -> Next | None:
    for row in scene.unsent:
        text = say(
            "{title}, {channel} to the {audience}.",
            title=say(row.title),
            channel=say(row.channel),
            audience=inside(say(row.audience)),
        )
        return Next(
            say("A message may not have arrived"),
            text,
            say("Look at it"),
            f"#message-{row.message.pk}",
        )
    return None


def _of_money(scene: Scene) -> Next | None:
    """What the seller owes, and settles in the shop: we move no money."""
    owed = [row for row in scene.refunds if row.status == RefundStatus.OWED]
    for row in owed:
        late = row.promise is not None and row.promise.broken_at is not None
        amount = row.amount if row.is_exact else None
        what = owed_words(amount, row.currency) + (say(", past its date") if late else "")
        return _refund(what, "dashboard_refund", row.pk)
    returned = {row.order_return_id for row in owed}
    for one in scene.differing:
        is_owed = one.status == DiscrepancyStatus.DECIDED and one.decision == Decision.CREDIT
        if is_owed and one.order_return_id not in returned:
            return _refund(str(one), "dashboard_discrepancy", one.pk)
    for problem in scene.problems:
        if problem.answer == Problem.Answer.REFUND and not problem.settled_at:
            what = f"{problem.quantity} × {problem.line.title}" if problem.line else say("A parcel")
            return _refund(what, "dashboard_problem", problem.pk)
    return None


def _refund(what: str, page: str, pk: UUID) -> Next:
    text = say("{what}. Settle it in the shop, then tick it off.", what=what)
    return Next(
        say("Refund the customer"), text, say("Look and tick off"), reverse(page, args=[pk])
    )


def _by_itself(scene: Scene) -> Next:
    """What the warehouse or a carrier does next; nothing is asked of the seller."""
    status = scene.order.status
    due = _due(scene)
    if status == OrderStatus.RECEIVED:
        return Next(say("Stock is reserved next"), due)
    if status == OrderStatus.BACKORDERED:
        return Next(say("Waits for stock"), say("It goes on by itself when there is enough."))
    if status == OrderStatus.IN_PROGRESS:
        return Next(say("The warehouse picks and packs it"), due)
    if status == OrderStatus.PACKED:
        return Next(say("It waits for the carrier"), due)
    if status in (
        OrderStatus.SHIPPED,
        OrderStatus.PARTLY_SHIPPED,
        OrderStatus.OUT_FOR_DELIVERY,
        OrderStatus.PARTLY_DELIVERED,
    ):
        return _on_the_way(scene)
    if back := _coming_back(scene) or _sent_again(scene):
        return back
    if status in (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP):
        return Next(say("Nothing is sent"))
    return Next(say("Nothing more is sent"))


def _sent_again(scene: Scene) -> Next | None:
    """With which order what never came is sent again, and how far that one is."""
    is_replaced = scene.order.status == OrderStatus.REPLACED
    for problem in scene.problems if is_replaced else ():
        other = problem.replacement
        if other and other.status != OrderStatus.CANCELLED:
            return Next(
                say("What did not come is sent again"),
                say("Order {number}: {state}.", number=other.number, state=predicate(state(other))),
                say("Open order {number}", number=other.number),
                reverse("dashboard_order", args=[other.pk]),
            )
    return None


def _due(scene: Scene) -> str:
    """By when it is to leave, or was to: of what is late nobody says that no action is needed."""
    if scene.is_late:
        return say("Late: it was to leave by {ship_by}.", ship_by=scene.ship_by)
    due = say("It is to leave by {ship_by}.", ship_by=scene.ship_by) if scene.ship_by else ""
    return f"{say('No action needed.')} {due}"


def _coming_back(scene: Scene) -> Next | None:
    states = {row.status for row in scene.returns}
    if ReturnStatus.RECEIVED in states:
        return Next(
            say("A return has arrived"), say("The warehouse inspects it. No action needed.")
        )
    if ReturnStatus.APPROVED in states:
        return Next(say("A return is expected"), say("It is inspected when it arrives."))
    if any(row.status in REPAIR_TO_SEND for row in scene.repairs):
        title = say("What came to be repaired goes back")
        return Next(title, say("The warehouse has still to send it."))
    return None


def _on_the_way(scene: Scene) -> Next:
    here = [box for box in scene.boxes if box.status == PackageStatus.OUT_FOR_DELIVERY]
    if here:
        who = next((box.courier_name for box in here if box.courier_name), "")
        return Next(
            say("It comes to the door") if not who else say("{who} brings it", who=who),
            say("No action needed."),
        )
    travelling = [box for box in scene.boxes if box.status in ON_THE_WAY]
    if scene.order.status in (OrderStatus.PARTLY_SHIPPED, OrderStatus.PARTLY_DELIVERED):
        if scene.lacks_stock:
            return Next(
                say("The rest waits for stock"), say("It goes on by itself when there is enough.")
            )
        return Next(say("The rest follows"), say("No action needed."))
    if travelling and all(box.carrier != OWN for box in travelling):
        return Next(say("The carrier brings it"), say("It does not report to us when it arrives."))
    if scene.told and scene.told.outcome == "broken":
        text = say("Its customer is told the day once it is set. No action needed.")
        return Next(say("A courier's round is planned next"), text)
    return Next(say("A courier's round is planned next"), say("No action needed."))


ON_THE_WAY = (PackageStatus.HANDED_OVER, PackageStatus.IN_TRANSIT)
