"""The returns of the tracking page: progress, and what the customer has to do."""

from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.languages.filling import filled
from fulfillment.tracking.page.expired import arrived_late, expired, kind_words, state
from fulfillment.tracking.page.parcels import Item, items
from fulfillment.tracking.page.repairs import refund_rest, repair, repairing
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.page.steps import Step, return_state, steps_of_return, steps_up_to
from fulfillment.tracking.page.wished import wished, wishes
from fulfillment.tracking.returned import Found, ReturnedUnits, TrackedReturn, came_late
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from notifications.words.wording import day, money
from orders.carriers import CARRIERS, OWN
from orders.carriers.base import CODE, LABEL
from orders.models import Discrepancy, Refund, Return, Seller
from orders.returns.exchanged import ends_of
from orders.returns.labels.offers import BOTH, offer_of
from orders.returns.reasons import BY_CUSTOMER, BY_SELLER
from orders.states import OrderStatus, RefundStatus, ReturnStatus


@dataclass(frozen=True)
class ReturnCase:
    """A return: number (RMA), address, progress and items."""

    number: str
    state: str
    tone: str
    to_do: str
    address: list[str]
    steps: list[Step]
    items: list[Item]
    found: list[str]  # what differs, and what was decided
    words: str  # of the shop, about its decision
    # Wanted, or of what came: whoever has the link reads it, so `amounts.py` has the amounts.
    refund: str
    exchange: str  # what the customer gets for it instead
    repair: str  # what becomes of what they wanted to have repaired
    hand_in: str  # by when it is handed in
    can_cancel: bool
    way: list[str]  # where its parcel is, and since when
    label: str  # what becomes of its label, for whoever has the link
    is_ready: bool  # it is there, for whoever has proven that the order is theirs
    has_slip: bool  # it goes with our slip, not with the label of a carrier
    costs: str  # who pays the way back, and what a refund is less, until it has come
    photos: list[UUID]  # of what came used or damaged; of a gift none


def returns(scene: Scene, *, is_open: bool) -> list[ReturnCase]:
    """Build the customer's returns, newest first; `is_open`: another one may be requested."""
    late = came_late(scene.tracked.returns)  # of these the later one says all there is to say
    rows = [row for row in reversed(scene.tracked.returns) if row.id not in late]
    return [_case(scene, row, is_open=is_open) for row in rows]


def _case(scene: Scene, coming: TrackedReturn, *, is_open: bool) -> ReturnCase:
    words = scene.words
    steps = steps_of_return(coming)
    labels = [return_state(scene, coming, step) for step in steps]
    is_over = coming.status in (ReturnStatus.REFUSED, ReturnStatus.CANCELLED)
    place = 0 if is_over else [str(step) for step in steps].index(coming.status) + 1
    is_ready = coming.label is not None and coming.label.is_ready
    has_carrier = bool(is_ready and coming.label and coming.label.carrier != OWN)
    if has_carrier and not coming.is_kept:  # who brings it to us says nothing on the way
        approved = steps.index(ReturnStatus.APPROVED) + 1  # the next step is this one
        labels.insert(approved, acts_in(scene.voice.language).step_handed_in)
        is_past = place > approved or (place == approved and not _is_to_send(coming))
        place += 1 if is_past else 0
    units = {back.line_id: back.requested + back.unexpected for back in coming.lines}
    missed = _missed(scene, coming)
    return ReturnCase(
        number=coming.number,
        state=state(scene, coming),
        tone={0: "warn", len(labels): "good"}.get(place, "active"),
        to_do=_kept(scene, coming)
        or expired(scene, coming, is_open=is_open)
        or arrived_late(scene, coming)
        or repairing(scene, coming)
        or _under_way(scene, coming)
        or _labelled(scene, coming)
        or missed
        or scene.voice.say(words.to_do[_to_do(coming)], number=coming.number),
        address=_address(scene, coming) if _is_by_address(coming) and not missed else [],
        steps=steps_up_to(place, tuple(labels)) if place else [],
        items=items(scene, units, _notes(scene, coming)),
        found=[_found(scene, coming, row) for row in coming.found],
        words=coming.words,
        refund=scene.voice.sentences(
            _refund(scene, coming) or wished(scene, coming), refund_rest(scene, coming)
        ),
        exchange=_exchange(scene, coming),
        repair=repair(scene, coming),
        hand_in=_hand_in(scene, coming) if _is_to_send(coming) and not missed else "",
        can_cancel=coming.may_end,
        way=_way(scene, coming),
        label=_label(scene, coming) if _is_to_send(coming) and not missed else "",
        is_ready=is_ready,
        has_slip=not has_carrier,
        costs=_costs(scene, coming) if coming.is_coming else "",
        photos=_photos(scene, coming),
    )


def _missed(scene: Scene, coming: TrackedReturn) -> str:
    """After the last day, where no carrier reports a parcel: whom to tell, in place of where to."""
    last, voice = coming.hand_in_by, scene.voice
    if not _is_by_address(coming) or coming.is_out_ahead or last is None or last >= scene.today:
        return ""
    said = acts_in(voice.language).hand_in_missed
    return voice.say(said, day=day(last, today=scene.today, language=voice.language))


def _is_to_send(coming: TrackedReturn) -> bool:
    """Whether the customer still has to hand the parcel in."""
    is_out = bool(coming.label and coming.label.handed_in_at)
    return coming.status == ReturnStatus.APPROVED and not is_out


def _is_by_address(coming: TrackedReturn) -> bool:
    """Whether they have to write the address on it: no carrier gives a label, nor is asked."""
    label = coming.label
    by_carrier = label and label.carrier != OWN and (label.is_ready or label.is_awaited)
    return _is_to_send(coming) and not by_carrier


def _labelled(scene: Scene, coming: TrackedReturn) -> str:
    """What is to be done where a carrier gives a label, or a code for its counter.

    How it is handed in stands with these, for whoever has proven that the order is theirs.
    """
    label, said = coming.label, acts_in(scene.voice.language)
    if label is None or not _is_to_send(coming) or _is_by_address(coming):
        return ""
    return said.wait_for_label if label.is_awaited else said.pack_labelled


def _under_way(scene: Scene, coming: TrackedReturn) -> str:
    """What is said once the parcel is handed in, until it is received."""
    if coming.status != ReturnStatus.APPROVED or _is_to_send(coming):
        return ""
    return acts_in(scene.voice.language).under_way


def _way(scene: Scene, coming: TrackedReturn) -> list[str]:
    """Since when the parcel is where it is, as its carrier says, while it is under way."""
    label = coming.label
    if label is None or coming.status not in (ReturnStatus.APPROVED, ReturnStatus.RECEIVED):
        return []
    said = acts_in(scene.voice.language)
    moments = (
        (said.handed_in_when, label.handed_in_at),
        (said.in_transit_when, label.in_transit_at),
        (said.arrived_when, label.arrived_at),
    )
    voice = scene.voice
    return [voice.say(text, when=voice.moment(scene.local(at))) for text, at in moments if at]


def _label(scene: Scene, coming: TrackedReturn) -> str:
    """Whether there is a label, as whoever has the link may read it: never one that is not there.

    Of one that the seller has voided nothing is said: it is sent as if there had been none.
    """
    label, said = coming.label, acts_in(scene.voice.language)
    if label is None or (label.unwanted_at and not label.failed_at):
        return ""
    if label.failed_at:
        return said.label_failed
    return said.label_locked if label.answered_at else said.label_coming


def _photos(scene: Scene, coming: TrackedReturn) -> list[UUID]:
    if scene.tracked.order.is_gift:
        return []
    return [pk for part in coming.lines for pk in coming.photos_of(part)]


def postage_words(payer: str, language: str) -> str:
    """Who pays the way back, in words; nothing where the shop does not say."""
    said = acts_in(language)
    return {BY_SELLER: said.shop_pays_postage, BY_CUSTOMER: said.you_pay_postage}.get(payer, "")


def hand_in_words(seller: Seller, language: str) -> str:
    """What the customer gets for the way back, in words; nothing where that is nothing."""
    offer, said = offer_of(seller), acts_in(language)
    if offer is None:
        return ""
    if offer.carrier == OWN:
        return said.own_given
    text = {LABEL: said.label_given, CODE: said.code_given, BOTH: said.both_given}[offer.hand_in]
    return filled(text, language, carrier=CARRIERS[offer.carrier].name)


def _costs(scene: Scene, coming: TrackedReturn) -> str:
    """What the customer pays for it; of a gift no amount is shown."""
    order, language = scene.tracked.order, scene.voice.language
    fee = ""
    if coming.fee and not order.is_gift:
        fee = acts_in(language).fee_deducted.format(fee=money(coming.fee, order.currency, language))
    return scene.voice.sentences(postage_words(coming.postage_by, language), fee)


def _refund(scene: Scene, coming: TrackedReturn) -> str:
    """Whether the shop refunds it, by when where that day is promised, and how; or has done so.

    Who holds the link of a gift need not be who gets the money: how is not for them.
    """
    said = acts_in(scene.voice.language)
    if coming.refund == RefundStatus.PAID:
        return said.refund_paid
    if coming.refund in (None, RefundStatus.WAIVED):
        return said.refund_paid if coming.was_paid else ""
    is_credit = coming.refund_method == Refund.Method.CREDIT
    how = said.refund_credit if is_credit and not scene.tracked.order.is_gift else ""
    until = coming.refund_by
    if until and until < scene.today:
        overdue = said.refund_more_overdue if coming.was_paid else said.refund_overdue
        return overdue.format(day=day(until, today=scene.today, language=scene.voice.language))
    if until is None or (coming.was_paid and until == scene.today):
        owed = said.refund_more if coming.was_paid else said.refund_owed
        return scene.voice.sentences(owed, how)
    if until == scene.today:
        return scene.voice.sentences(said.refund_owed_today, how)
    owed_by = said.refund_more_by if coming.was_paid else said.refund_owed_by
    return scene.voice.sentences(owed_by.format(by=scene.voice.by(until)), how)


def _exchange(scene: Scene, coming: TrackedReturn) -> str:
    """Which order is in exchange for it: kept until it came, sent, or called off."""
    number, until = coming.exchange_number, coming.kept_until
    if number is None:
        return ""
    said = acts_in(scene.voice.language)
    if coming.exchange_status == OrderStatus.CANCELLED:
        return scene.voice.say(said.exchange_off, order=number)
    more = _surcharge(scene, coming)
    if not coming.exchange_waits or until is None:
        sent = scene.voice.say(said.exchange_sent, order=number)
        return scene.voice.sentences(sent, more, _due(scene, coming))
    if not coming.is_coming:
        checked = scene.voice.say(said.exchange_checked, order=number)
        return scene.voice.sentences(checked, more)
    kept = said.exchange_kept.replace("{until}", scene.voice.until(until))
    return scene.voice.sentences(scene.voice.say(kept, order=number), more)


def _surcharge(scene: Scene, coming: TrackedReturn) -> str:
    """That what is in exchange costs more, and whether the shop asks for that: no amount."""
    if not coming.costs_more:
        return ""
    said, number = acts_in(scene.voice.language), coming.exchange_number or ""
    is_asked = coming.surcharge_decision == Return.Surcharge.ASKED
    return scene.voice.say(said.surcharge_asked if is_asked else said.surcharge_open, order=number)


def _due(scene: Scene, coming: TrackedReturn) -> str:
    """By when the goods of an exchange have to come that did not wait for them."""
    last = coming.exchange_until
    if coming.status != ReturnStatus.APPROVED or last is None:
        return ""
    said = acts_in(scene.voice.language)
    if last < scene.today:
        return said.exchange_overdue
    return said.exchange_due.replace("{by}", scene.voice.by(last))


def _hand_in(scene: Scene, coming: TrackedReturn) -> str:
    """By when the customer hands it in; an exchange that did not wait for it says its own day."""
    last, voice = coming.hand_in_by, scene.voice
    if last is None or coming.is_out_ahead:
        return ""
    said = acts_in(voice.language)
    if last < scene.today:
        return voice.say(
            said.hand_in_over, day=day(last, today=scene.today, language=voice.language)
        )
    return said.hand_in_by.replace("{by}", voice.by(last))


def _kept(scene: Scene, coming: TrackedReturn) -> str:
    """What is said of a return of which nothing comes, or is asked for."""
    if not coming.is_kept:
        return ""
    said = acts_in(scene.voice.language)
    is_over = coming.status == ReturnStatus.CANCELLED
    return said.return_lapsed if is_over else said.return_kept


def _to_do(coming: TrackedReturn) -> str:
    """Which words say how it goes on: of an empty parcel nothing is checked."""
    if any(back.received for back in coming.lines):
        return coming.status
    is_empty = {row.kind for row in coming.found} == {Discrepancy.Kind.EMPTY}
    return Discrepancy.Kind.EMPTY if is_empty else coming.status


def _found(scene: Scene, coming: TrackedReturn, row: Found) -> str:
    """What differs and what is decided; of a gift the title is hidden, as that of every item.

    What was to be refunded with a return is not, once that is waived.
    """
    is_waived = coming.was_waived or coming.refund == RefundStatus.WAIVED
    is_waived = is_waived and row.decision == Discrepancy.Decision.CREDIT
    voice = scene.voice
    words = phrases(voice.language)
    title = "…" if scene.tracked.order.is_gift else row.title
    kind = kind_words(scene, coming, row)
    what = voice.say(words.found, count=row.quantity, title=title, what=kind)
    parts = [part for part in coming.lines if coming.is_out_ahead and part.line_id == row.line_id]
    is_sold = any(part.exchanged > part.received for part in parts)
    ends = ends_of("" if is_waived else row.decision, is_sold=is_sold)
    return voice.sentences(what, *("" if is_waived else words.found_ends[code] for code in ends))


def _address(scene: Scene, coming: TrackedReturn) -> list[str]:
    """Return the address lines of a return: its warehouse, in the seller's name."""
    seller = scene.tracked.order.seller
    usual = seller.warehouse
    place = [usual.name, usual.street, usual.postcode, usual.city]
    if coming.house_name is not None:
        there = (coming.house_name, coming.house_street, coming.house_postcode, coming.house_city)
        place = [part or "" for part in there]
    name, street, postcode, city = place
    lines = (seller.name, name, street, f"{postcode} {city}".strip())
    return [line for line in lines if line]


def _notes(scene: Scene, coming: TrackedReturn) -> dict[UUID, str]:
    """Return what is wanted for each line, what came of it, and the verdict in the end."""
    came = (ReturnStatus.RECEIVED, ReturnStatus.CLOSED)
    if coming.is_kept or coming.status not in came:
        return wishes(scene, coming)
    return {back.line_id: _note(scene, coming, back) for back in coming.lines}


def _note(scene: Scene, coming: TrackedReturn, back: ReturnedUnits) -> str:
    count, words = scene.voice.count, scene.words
    taken = back.inspected - back.sent_back if coming.status == ReturnStatus.CLOSED else 0
    exchanged = min(taken, back.exchanged)
    verdicts = ((words.units_accepted, taken - exchanged), (words.units_exchanged, exchanged))
    said = [count(forms, units) for forms, units in verdicts if units]
    if not said:
        return count(words.units_received, back.received)
    seen = ((words.units_used, back.grade_b), (words.units_damaged, back.grade_c))
    found = [scene.voice.say(phrase, count=units) for phrase, units in seen if units]
    return " · ".join([scene.voice.listed(said), *found])
