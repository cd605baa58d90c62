"""The start page of sellers, *Needs attention*: what needs a decision, with its buttons."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.forms import LinkForm, SnoozeForm, TakeForm
from fulfillment.dashboard.queries.causes import by_cause
from fulfillment.dashboard.queries.first_day import first_day
from fulfillment.dashboard.queries.inbounds import in_words
from fulfillment.dashboard.queries.marks import Key, marks_of, snoozed
from fulfillment.dashboard.queries.matter_kinds import (
    BANDS,
    KINDS,
    LATE_REQUESTS,
    REFUNDS,
    limit_of,
)
from fulfillment.dashboard.queries.messages import stopped_mails, stopped_texts, unsettled
from fulfillment.dashboard.queries.numbers import many_returns
from fulfillment.dashboard.queries.orders.page import catalogue
from fulfillment.dashboard.queries.orders.today import today_in_numbers
from fulfillment.dashboard.queries.refunds import deadlines, owed_words, staying_returns
from fulfillment.dashboard.queries.stock import low_stock
from fulfillment.dashboard.queries.timeline import REASONS
from fulfillment.dashboard.queries.unknown_lines import UnknownLines, unknown_lines
from fulfillment.dashboard.queries.webhooks import failing_endpoints
from fulfillment.dashboard.queries.worklist import (
    MOST_OF_A_KIND,
    Matter,
    worklist,
)
from fulfillment.keyset import count_text
from notifications.delivery.pausing import known_pause
from orders.access import SELLER_ROLES, Role, Viewer, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.marks import give_back_matter, snooze_matter, take_matter
from orders.errors import DomainError, Outdated
from orders.intake import differences
from orders.models import Discrepancy, Hold, MatterMark, Order, Problem, Push, Seller
from orders.states import ShipmentStatus
from orders.words import say

ALL_OF_A_KIND = 500
DAY = timedelta(days=1)
MORNING = time(7)  # when a snoozed matter comes back, where the goods lie
MOST_OPENED = 50  # orders of a row; an act on ticked orders takes as many
WORDS = REASONS | {
    ShipmentStatus.PLANNED: "not started",
    ShipmentStatus.RELEASED: "not started",
    ShipmentStatus.PICKING: "being picked",
    ShipmentStatus.PICKED: "picked, not packed",
    ShipmentStatus.PACKED: "packed, not labelled",
}


# Kinds whose reason is read by a function.
READ_BY: dict[str, Callable[[str], str]] = {
    "inbound_differs": in_words,
    "many_returns": many_returns.in_words,
    "problem_reported": lambda why: str(Problem.Kind(why).label),
    "push_failed": lambda why: str(Push.What(why).label),
}


class Refused(NamedTuple):
    """A matter that could not be snoozed, and the form that says why."""

    kind: str
    subject_id: UUID
    form: SnoozeForm


class Entry(NamedTuple):
    """A matter with why, unknown SKUs of its order, and what people have said of it.

    `alike`: where others have the same cause, all of them, this one first.
    """

    matter: Matter
    why: str | date
    lines: UnknownLines | None
    mark: MatterMark | None
    alike: "Sequence[Entry]" = ()
    units: int = 0  # of all of them

    @property
    def shown(self) -> "Sequence[Entry]":
        """Those that the row opens to."""
        return self.alike[:MOST_OPENED]

    @property
    def more(self) -> int:
        return len(self.alike) - len(self.shown)

    @property
    def subjects(self) -> set[UUID]:
        return {entry.matter.subject_id for entry in self.alike}


@dataclass(frozen=True, slots=True)
class Group:
    """The matters of one kind as the page shows them."""

    kind: str
    title: str
    text: str
    template: str
    rows: list[Entry]
    total: int  # matters, also those that are in one row
    has_more: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The kinds that are as urgent as each other."""

    code: str
    title: str
    text: str
    groups: list[Group]

    @property
    def total(self) -> str:
        more = "+" if any(group.has_more for group in self.groups) else ""
        return f"{sum(group.total for group in self.groups)}{more}"


@require_safe
@role_required(*SELLER_ROLES)
def attention(request: SignedInRequest) -> HttpResponse:
    """Show all matters; `?kind=` shows more of one kind."""
    return attention_page(request)


@require_POST
@role_required(*SELLER_ROLES)
def mark(request: SignedInRequest, kind: str, pk: UUID) -> HttpResponse:
    """Take a matter, or give it back; snooze it until the morning of a day, or end that."""
    only = Q(matter_kind=kind, matter_subject_id=pk)
    found = worklist(request.viewer, timezone.now(), only=only).get(kind)
    if not found:
        raise Http404
    matter = found[-1]
    seller = _seller_of(request.viewer, matter)
    if "take" in request.POST:
        if request.POST["take"] == "0":
            give_back_matter(seller, kind, pk, actor=request.user)
        else:
            seen = TakeForm(request.POST)
            owner = seen.cleaned_data["owner"] if seen.is_valid() else None
            take_matter(seller, kind, pk, seen=owner, actor=request.user)
    elif "wake" in request.POST:
        snooze_matter(seller, kind, pk, since=matter.since, until=None)
    else:
        return _snooze(request, seller, matter)
    return redirect("dashboard")


def _snooze(request: SignedInRequest, seller: Seller, matter: Matter) -> HttpResponse:
    """Snooze a matter as it was seen; a refused day stands in its field, with why."""
    form = SnoozeForm(request.POST)
    refused = Refused(matter.kind, matter.subject_id, form)
    if not form.is_valid():
        return attention_page(request, refused=refused, status=422)
    morning = datetime.combine(form.cleaned_data["until"], MORNING)
    until = morning.replace(tzinfo=ZoneInfo(seller.warehouse.time_zone))
    try:
        if (form.cleaned_data["since"] or matter.since) < matter.since:
            raise Outdated(say("More has happened since you opened this page. Look at it again."))
        snooze_matter(seller, matter.kind, matter.subject_id, since=matter.since, until=until)
    except DomainError as error:
        form.add_error("until", str(error))
        return attention_page(request, refused=refused, status=409)
    return redirect("dashboard")


def _seller_of(viewer: Viewer, matter: Matter) -> Seller:
    """Whose matter it is; one of a shop or a call is of the viewer's seller."""
    sellers = Seller.objects.visible_to(viewer).select_related("warehouse").order_by("pk")
    if matter.order_id:
        orders = Order.objects.visible_to(viewer).filter(pk=matter.order_id)
        sellers = sellers.filter(pk__in=orders.values("seller"))
    return get_object_or_404(sellers[:1])


def attention_page(
    request: SignedInRequest,
    *,
    link_form: LinkForm | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render all matters; with a refused form its error stands at its field."""
    viewer, now = request.viewer, timezone.now()
    only = request.GET.get("kind")
    most = ALL_OF_A_KIND if only in KINDS else MOST_OF_A_KIND
    marks = marks_of(viewer)
    asleep, shows_snoozed = snoozed(viewer, now), "snoozed" in request.GET
    only_now, kept_as = (asleep, "asleep") if shows_snoozed else (~asleep, "awake")
    found = worklist(viewer, now, most=most, only=only_now, kept_as=kept_as)
    if only in KINDS:
        loaded = "return_requested" if only == LATE_REQUESTS else only
        found = {kind: matters for kind, matters in found.items() if kind == loaded}
    requested = found.pop("return_requested", [])
    asked = [matter.subject_id for matter in requested]
    if asked:
        found |= _by_deadline(_until(requested, deadlines(viewer, asked)), now)
    if only == LATE_REQUESTS:
        found.pop("return_requested", None)
    lines = _unknown(viewer, found.get("held", []))
    groups = {
        kind: _group(kind, matters, most=most, lines=lines, marks=marks)
        for kind, matters in found.items()
    }
    if len(requested) > most and (rest := groups.get("return_requested")):
        groups["return_requested"] = replace(rest, has_more=True)
    if link_form is not None:
        _stand_at_a_shown_line(request, link_form, groups.get("held"))
    context = {
        "first_day": first_day(viewer),
        "bands": _bands(groups),
        "link_form": link_form,
        "shows_snoozed": shows_snoozed,
        "snoozed": _number_of(viewer, now, asleep) if _any_is_snoozed(marks, now) else 0,
        "refused": refused,
        "pause": known_pause(),
        "stops": stopped_texts(viewer),
        "mail_stops": stopped_mails(viewer),
        "may_change": viewer.has_role(Role.OWNER),
        "unsettled": unsettled(viewer),
        "low": low_stock(viewer),
        "endpoints": failing_endpoints(viewer),
        "only": only if only in KINDS else "",
        "now": now,
        "tomorrow": (timezone.localdate(now, ZoneInfo(viewer.zone)) + DAY).isoformat(),
        "numbers": {name: count_text(n) for name, n in today_in_numbers(viewer).items()},
        "staying": staying_returns(viewer, asked),
        "unknown_lines": lines,
        "catalogue": catalogue(viewer) if lines else [],
    }
    return render(request, "dashboard/attention.html", context, status=status)


def _until(requested: list[Matter], last: Mapping[UUID, datetime]) -> list[Matter]:
    """Returns to decide with their deadlines, the one that is due first before the others.

    One that was decided a moment ago has none any more.
    """
    found = [
        replace(matter, due=last[matter.subject_id])
        for matter in requested
        if matter.subject_id in last
    ]
    return sorted(found, key=lambda matter: (matter.due, matter.since))


def _by_deadline(requested: list[Matter], now: datetime) -> dict[str, list[Matter]]:
    """{kind: returns to decide}: those past their deadline apart from the others."""
    late = [matter for matter in requested if matter.due < now]
    rest = requested[len(late) :]
    kinds = {LATE_REQUESTS: late, "return_requested": rest}
    return {kind: matters for kind, matters in kinds.items() if matters}


def _stand_at_a_shown_line(request: SignedInRequest, form: LinkForm, held: Group | None) -> None:
    """Move a refused form to the line of its SKU that the page shows; without one, notify.

    Orders with the same unknown SKU are one row with one form, which need not be that of the line
    that was posted: the first of them may have come or gone since.
    """
    rows = [row.lines.shown for row in held.rows if row.lines] if held else []
    shown = [line for lines in rows for line in lines]
    goods = (form.line.order.channel_id, form.line.sku.casefold())
    alike = [line for line in shown if line.sku and (line.channel, line.sku.casefold()) == goods]
    beside = [line for line in shown if line.pk == form.line.pk] or alike
    if beside:
        form.line = beside[0]
        return
    for error in form.errors.get("sku", ()):
        messages.error(request, str(error))


def _any_is_snoozed(marks: dict[Key, MatterMark], now: datetime) -> bool:
    return any(mark.is_snoozed(now) for mark in marks.values())


def _number_of(viewer: Viewer, now: datetime, asleep: Q) -> int:
    """How many matters that are still open are snoozed."""
    return sum(map(len, worklist(viewer, now, most=ALL_OF_A_KIND, only=asleep).values()))


def _bands(groups: dict[str, Group]) -> list[Band]:
    """The groups by how urgent they are; each kind is in one band."""
    bands = [
        Band(code, title, text, [group for kind, group in groups.items() if kind in kinds])
        for code, (title, text, kinds) in BANDS.items()
    ]
    return [band for band in bands if band.groups]


def _group(
    kind: str,
    matters: list[Matter],
    *,
    most: int,
    lines: dict[UUID, UnknownLines],
    marks: dict[Key, MatterMark],
) -> Group:
    title, text = KINDS[kind]
    limit = limit_of(kind, most)
    rows = [
        _together([_entry(matter, lines, marks) for matter in alike])
        for alike in by_cause(matters[:limit], lines)
    ]
    shown = rows[:most]
    return Group(
        kind=kind,
        title=title,
        text=text,
        template=f"dashboard/attention/{kind}.jinja",
        rows=shown,
        total=sum(len(row.alike) or 1 for row in shown),
        has_more=len(matters) > limit or len(rows) > most,
    )


def _entry(matter: Matter, lines: dict[UUID, UnknownLines], marks: dict[Key, MatterMark]) -> Entry:
    unknown = lines.get(matter.order_id) if matter.order_id else None
    return Entry(matter, _why(matter), unknown, marks.get((matter.kind, matter.subject_id)))


def _together(entries: list[Entry]) -> Entry:
    """One row for matters with the same cause."""
    if len(entries) == 1:
        return entries[0]
    units = sum(entry.matter.units for entry in entries)
    return entries[0]._replace(alike=entries, units=units)


def _why(matter: Matter) -> str | date:
    """Return the reason in words; for a parcel at a pickup point its last day."""
    if matter.kind == "at_pickup_point":
        return date.fromisoformat(matter.why)
    if matter.kind == "shop_changed":
        return differences.in_words(json.loads(matter.why))
    if matter.kind in REFUNDS:
        return owed_words(int(matter.detail) if matter.detail else None, matter.why)
    if matter.kind.startswith("discrepancy"):
        return Discrepancy.Kind(matter.why).label
    if worded := READ_BY.get(matter.kind):
        return worded(matter.why)
    return WORDS.get(matter.why, matter.why)


def _unknown(viewer: Viewer, held: list[Matter]) -> dict[UUID, UnknownLines]:
    waiting = [
        matter.order_id
        for matter in held
        if matter.order_id and matter.why == Hold.Reason.UNKNOWN_SKU
    ]
    return unknown_lines(viewer, waiting) if waiting else {}
