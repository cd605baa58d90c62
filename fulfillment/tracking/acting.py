"""What only the second level of the tracking page shows: the address, and who has the parcel."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.urls import reverse

from fulfillment.tracking.amounts import Amounts, amounts_of
from fulfillment.tracking.languages.filling import filled
from fulfillment.tracking.queries import LINK_VALID_FOR, Tracked
from fulfillment.tracking.wording import acts_in, day_in
from fulfillment.tracking.wording.record import Acts
from orders.carriers import CARRIERS, OWN, link_of
from orders.models import Hold, Order, Package, Problem, ReturnLabel, Wish
from orders.problems.answering import former_order
from orders.problems.reporting import reportable
from orders.returns.labels.requests import NOT_HANDED_IN, WANTED
from orders.states import (
    PACKAGE_IN_HOUSE,
    PACKAGE_TO_GO_OUT,
    OrderStatus,
    PackageStatus,
    ReturnStatus,
)
from orders.wishes.chances import Chances, chances_of
from orders.wishes.keeping import kept_wishes
from warehouse.documents.rendering import qr_code

CONTACT = ("seller", "email", "country", "language")


@dataclass(frozen=True)
class Case:
    """A problem that the customer reported, and what the shop said."""

    what: str
    words: str
    answer: str
    answer_words: str
    is_open: bool
    link: "Link | None" = None  # to the order with which it is sent again


@dataclass(frozen=True)
class Link:
    """A link to the tracking page of another order of the same customer."""

    text: str
    url: str


@dataclass(frozen=True)
class HandIn:
    """With what the customer hands a return in: a label to print, a QR code to show, or both."""

    number: str  # of the return
    carrier: str
    tracking_number: str
    link: str
    has_file: bool
    code: str
    picture: str  # of the code, as a data URL
    print_it: str  # how it is handed in with the label
    show_it: str  # and how with the code


@dataclass(frozen=True)
class Personal:
    """The address by lines, where each delivered parcel was left, and what the customer chose.

    `address` is empty where nothing is delivered. `can_only_cancel`: that is all that can change.
    """

    address: list[str]
    left: list[str]
    wishes: list[str]
    can_change: bool
    can_only_cancel: bool
    can_report: bool
    cases: list[Case]
    hand_ins: list[HandIn]
    refunds: list[Amounts]
    former: Link | None  # to the order of which this one sends units again


def order_to_prove(tracked: Tracked) -> Order:
    """The order with the fields by which a customer proves that it is theirs."""
    return Order.objects.only(*CONTACT, "number", "postcode").get(pk=tracked.order.pk)


def order_to_change(tracked: Tracked) -> Order:
    """The whole order, for a proven customer."""
    return Order.objects.select_related("seller__warehouse").get(pk=tracked.order.pk)


def door_deadline(order: Order, chances: Chances, language: str) -> str:
    """Until when something can be chosen for the door."""
    say = acts_in(language)
    if chances.door_until is None:
        return say.until_near
    at = chances.door_until.astimezone(ZoneInfo(order.time_zone))
    return say.until_time.format(time=format_time(at, "short", locale=language))


def kinds_in(say: Acts) -> dict[str, str]:
    """{kind of a problem: its words}."""
    return {
        Problem.Kind.DAMAGED: say.damaged,
        Problem.Kind.MISSING: say.missing,
        Problem.Kind.WRONG: say.wrong,
        Problem.Kind.NOT_ARRIVED: say.not_arrived,
    }


def personal_part(tracked: Tracked, now: datetime, language: str) -> Personal:
    """Load what only a proven customer may see."""
    order = order_to_change(tracked)
    place = " ".join(filter(None, (order.postcode, order.city)))
    lines = (order.customer_name, order.company, *order.street.split("\n"), place, order.region)
    delivered = Package.objects.filter(order=order.pk, status=PackageStatus.DELIVERED)
    rows = delivered.exclude(received_by="").order_by("created_at", "number")
    problems = order.problems.select_related("line", "replacement").order_by("-pk")
    chances = chances_of(order, now)
    return Personal(
        address=[] if Hold.Reason.PICKUP in tracked.holds else [line for line in lines if line],
        left=[_left(row, language) for row in rows],
        wishes=[wish_in(language, *wish) for wish in kept_wishes(order, chances, now)]
        if _may_come(tracked, now)
        else [],
        can_change=chances.is_any,
        can_only_cancel=chances.call_off and not replace(chances, call_off=False).is_any,
        can_report=not order.is_gift and bool(reportable(order)),
        cases=[_case(row, now, language) for row in problems],
        hand_ins=[_hand_in(row, language) for row in labels_to_use(tracked)],
        refunds=amounts_of(tracked, language),
        former=_link(former_order(order), now, language) if tracked.replaces else None,
    )


def _may_come(tracked: Tracked, now: datetime) -> bool:
    """Whether something may still be brought, or waits at a pickup point in its time."""
    known = sum(part.quantity for box in tracked.boxes for part in box.parts)
    is_all_known = known >= sum(line.wanted for line in tracked.lines)
    brought = (*PACKAGE_IN_HOUSE, *PACKAGE_TO_GO_OUT, PackageStatus.OUT_FOR_DELIVERY)
    today = now.astimezone(ZoneInfo(tracked.order.time_zone)).date()
    is_coming = any(
        box.status in brought
        or (box.status == PackageStatus.AT_PICKUP_POINT and (box.pickup_until or today) >= today)
        for box in tracked.boxes
    )
    return not tracked.is_done and (is_coming or not is_all_known)


def labels_to_use(tracked: Tracked) -> list[ReturnLabel]:
    """The labels of returns that are still to be handed in, without their files."""
    rows = ReturnLabel.objects.filter(
        WANTED,
        NOT_HANDED_IN,
        order_return__order=tracked.order.pk,
        order_return__status=ReturnStatus.APPROVED,
        answered_at__isnull=False,
    )
    return list(rows.defer("file").select_related("order_return").order_by("pk"))


def _hand_in(label: ReturnLabel, language: str) -> HandIn:
    say, carrier = acts_in(language), CARRIERS.get(label.carrier)
    is_own, has_file = label.carrier == OWN, bool(label.media_type)
    name = say.own_couriers if is_own else carrier.name if carrier else label.carrier
    show_it = say.code_own if is_own else say.code_or if has_file else say.code_how
    return HandIn(
        number=label.order_return.number,
        carrier="" if is_own else name,
        tracking_number="" if is_own else label.tracking_number,
        link=link_of(label.carrier, label.tracking_number),
        has_file=has_file,
        code=label.code,
        picture=qr_code(label.code) if label.code else "",
        print_it=filled(say.label_how, language, carrier=name),
        show_it=filled(show_it, language, carrier=name),
    )


def _link(other: Order | None, now: datetime, language: str) -> Link | None:
    """None where its page has expired."""
    if other is None:
        return None
    arrived = Package.objects.filter(order=other.pk, delivered_at__isnull=False)
    last = arrived.order_by("-delivered_at").values_list("delivered_at", flat=True).first()
    if last and last + LINK_VALID_FOR < now:
        return None
    text = filled(acts_in(language).see_order, language, order=other.number)
    return Link(text, reverse("track", args=[other.token]))


def _case(problem: Problem, now: datetime, language: str) -> Case:
    say = acts_in(language)
    kinds = kinds_in(say)
    again = problem.replacement.number if problem.replacement else ""
    is_off = problem.replacement and problem.replacement.status == OrderStatus.CANCELLED
    sent_again = say.replacement_off if is_off else say.answer_replacement
    answers = {
        "": say.waits_for_answer,
        Problem.Answer.REPLACEMENT: sent_again.format(order=again),
        Problem.Answer.REFUND: say.answer_refund,
        Problem.Answer.RETURN: say.answer_return,
        Problem.Answer.WORDS: say.answer_words,
    }
    what = kinds[problem.kind]
    if problem.line:
        # The title alone is isolated, as a <bdi>: around it is the language of the page.
        title = filled("{title}", language, title=problem.line.title)
        what = f"{problem.quantity} × {title}{say.colon}{what}"
    return Case(
        what=what,
        words=problem.words,
        answer=answers[problem.answer],
        answer_words=problem.answer_words,
        is_open=not problem.answer,
        link=None if is_off else _link(problem.replacement, now, language),
    )


def wish_in(language: str, wish: Wish, is_kept: bool) -> str:
    """What was chosen; where it is no longer kept, that as well."""
    say = acts_in(language)
    names = {
        Wish.Kind.NEIGHBOUR: say.neighbour,
        Wish.Kind.SAFE_PLACE: say.safe_place,
        Wish.Kind.PICKUP: say.pickup_point,
        Wish.Kind.NOTE: say.note,
    }
    said = (
        say.on_day.format(day=day_in(language, wish.on))
        if wish.on
        else f"{names[Wish.Kind(wish.kind)]}{say.colon}{wish.text}"
    )
    return said if is_kept else say.not_kept.format(wish=said)


def _left(package: Package, language: str) -> str:
    say = acts_in(language)
    said = {
        Package.HandedTo.NEIGHBOUR: say.left_with,
        Package.HandedTo.SAFE_PLACE: say.left_in,
    }.get(Package.HandedTo(package.handed_to), say.received_by)
    return said.format(who=package.received_by)
