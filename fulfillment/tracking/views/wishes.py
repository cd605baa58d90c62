"""/track/<token>/delivery/: what the customer can choose of the delivery now; second level."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.acting import door_deadline, order_to_change, wish_in
from fulfillment.tracking.mistakes import Place, mistakes_in
from fulfillment.tracking.page.page import describe
from fulfillment.tracking.page.words import Voice
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.coded import PASSED, WRONG, CodeGate
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from fulfillment.tracking.wording import acts_in, day_in, days_in
from fulfillment.tracking.wording.record import Acts
from orders.access import public
from orders.errors import DomainError, InvalidInput
from orders.models import Order, PickupPoint, Wish
from orders.models.shipments import WISH
from orders.values.ids import id_of
from orders.values.moments import day
from orders.values.postcodes import plain_postcode
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.wishes.chances import chances_of
from orders.wishes.choosing import (
    TooLate,
    call_off,
    change_address,
    choose_at_door,
    choose_day,
    choose_point,
    is_called_off,
    is_chosen_at_door,
    is_point_chosen,
    is_sent_to,
    withdraw_wish,
)
from orders.wishes.keeping import kept_wishes
from orders.wishes.points import open_hours

LONGEST = 600
FIELDS = ("street", "postcode", "city")
INVALID, CONFLICT = 422, 409
TYPED_PLACES = (Wish.Kind.NEIGHBOUR, Wish.Kind.SAFE_PLACE)
# What moves goods or money: the postcode, which stands on every parcel, is not enough.
NEED_CODE = ("place", "pickup", "address", "call_off")


@dataclass
class Sent:
    """One form of the page as it was sent, and what is wrong with it by field."""

    order: Order
    say: Acts
    values: dict[str, str]
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int) -> str:
        """A text that is needed."""
        said = one_line(self.values.get(name, ""))
        if not said:
            self.wrong[name] = self.say.needed
        elif len(said) > most:
            self.wrong[name] = self.say.too_long.format(most=most)
        return said


@public
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, token: str) -> HttpResponse:
    """Show what can be chosen; take one choice."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    if ask := ask_proof(request, token, tracked.order.pk, "delivery"):
        return ask
    order = order_to_change(tracked)
    language = language_of(request, order.language)
    home = reverse("track", args=[token])
    sent = Sent(order, acts_in(language), _values(request.POST))
    gate = CodeGate(request, order, home, sent.say)
    status = _act(sent, gate) if request.method == "POST" else 200
    if request.method == "POST" and status == 200:
        is_over = sent.values["act"] == "call_off"
        return gate.keep(private(redirect(home if is_over else f"{request.path}?saved=1")))
    chances = chances_of(order, timezone.now())
    if status == CONFLICT and chances.is_any:
        voice = Voice(language, timezone.localdate())
        sent.wrong["act"] = voice.sentences(sent.say.too_late, sent.say.still_open)
    context = {
        "say": sent.say,
        "page": describe(tracked, timezone.now(), can_return=False, language=language),
        "brand": tracked.order.seller_id,
        "token": token,
        "sent": sent.values,
        "wrong": sent.wrong,
        "mistakes": mistakes_in(sent.wrong, _places(sent, gate)),
        "is_saved": "saved" in request.GET and status == 200,
        "order": order,
        "chances": chances,
        "gate": gate,
        "until": door_deadline(order, chances, language),
        "points": [_shown(row, order, language) for row in chances.points],
        "days": [(on.isoformat(), day_in(language, on)) for on in chances.days],
        "chosen": [
            {"kind": wish.kind, "said": wish_in(language, wish, is_kept)}
            for wish, is_kept in kept_wishes(order, chances, timezone.now())
        ],
        "most": WISH,
    }
    response = draw(request, "track/delivery.html", context, language=language, status=status)
    # With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses.
    return gate.keep(private(response, referrer="same-origin"))


def _places(sent: Sent, gate: CodeGate) -> dict[str, Place]:
    """Where each field is, in the order of the page."""
    say, act = sent.say, sent.values.get("act", "")
    return {
        "day": Place("day", say.choose_day),
        "place": Place("neighbour", say.not_in),
        "where": Place("where", say.who_or_where),
        "point": Place("point-1", say.pickup_point),
        "note": Place("note", say.note),
        "street": Place("street", say.street),
        "postcode": Place("postcode", say.post_code),
        "city": Place("city", say.town),
        "sure": Place("sure", say.call_off),
        "code": Place(f"{'code' if gate.is_asked else 'send'}-{act}"),
    }


def _shown(point: PickupPoint, order: Order, language: str) -> dict[str, Any]:
    """A pickup point as it is offered, in words."""
    return {
        "row": point,
        "value": str(point.pk),
        "is_same": plain_postcode(point.postcode) == plain_postcode(order.postcode),
        "hours": open_hours(point.hours, language),
        "kept": acts_in(language).days_kept.format(days=days_in(language, point.days_kept)),
    }


def _values(sent: QueryDict) -> dict[str, str]:
    """The fields, no longer than what is shown again with what is wrong."""
    return {name: str(value)[:LONGEST] for name, value in sent.items()}


def _act(sent: Sent, gate: CodeGate) -> int:
    """Do what was sent; the status of the answer, 200 if it is done."""
    act = sent.values.get("act", "")
    passed = gate.pass_with(sent.values, sent.wrong) if act in NEED_CODE else PASSED
    # The code of a button that is pressed twice is used up by the first press.
    if passed in (PASSED, WRONG) and SO_ALREADY.get(act, _never)(sent):
        return 200
    if passed != PASSED:
        return passed
    try:
        ACTS.get(act, _unknown)(sent)
    except TooLate:
        sent.wrong["act"] = sent.say.too_late
        return CONFLICT
    except InvalidInput as error:
        sent.wrong |= dict.fromkeys((name for name, _ in error.problems), sent.say.wrong_value)
    except DomainError:
        sent.wrong["act"] = sent.say.wrong_value
    return INVALID if sent.wrong else 200


def _unknown(sent: Sent) -> None:
    sent.wrong["act"] = sent.say.wrong_value


def _place(sent: Sent) -> None:
    place, said = sent.values.get("place", ""), sent.text("where", WISH)
    if place not in TYPED_PLACES:
        sent.wrong["place"] = sent.say.choose_one
    if not sent.wrong:
        choose_at_door(sent.order, place, said)


def _pickup(sent: Sent) -> None:
    point = id_of(sent.values.get("point", ""))
    if point is None:
        sent.wrong["point"] = sent.say.choose_one
        return
    choose_point(sent.order, point)


def _note(sent: Sent) -> None:
    said = sent.text("note", WISH)
    if not sent.wrong:
        choose_at_door(sent.order, Wish.Kind.NOTE, said)


def _day(sent: Sent) -> None:
    try:
        on = day(date.fromisoformat(sent.values.get("day", "")))
    except (ValueError, Unfit):
        sent.wrong["day"] = sent.say.choose_one
        return
    choose_day(sent.order, on)


def _withdraw(sent: Sent) -> None:
    kind = sent.values.get("kind", "")
    if kind in Wish.Kind.values:
        withdraw_wish(sent.order, kind)


def _address(sent: Sent) -> None:
    fields = {name: sent.values.get(name, "") for name in FIELDS}
    for name in FIELDS:
        sent.text(name, LONGEST)
    if not sent.order.postcode and not fields["postcode"]:
        sent.wrong.pop("postcode", None)  # of a country without postcodes
    if not sent.wrong:
        change_address(sent.order, fields)


def _never(_: Sent) -> bool:
    return False


def _is_place_chosen(sent: Sent) -> bool:
    place, said = sent.values.get("place", ""), sent.values.get("where", "")
    return place in TYPED_PLACES and is_chosen_at_door(sent.order, place, said)


def _is_point_chosen(sent: Sent) -> bool:
    point = id_of(sent.values.get("point", ""))
    return point is not None and is_point_chosen(sent.order, point)


def _is_address_saved(sent: Sent) -> bool:
    return is_sent_to(sent.order, {name: sent.values.get(name, "") for name in FIELDS})


def _is_off(sent: Sent) -> bool:
    return bool(sent.values.get("sure")) and is_called_off(sent.order)


def _call_off(sent: Sent) -> None:
    if not sent.values.get("sure"):
        sent.wrong["sure"] = sent.say.choose_one
        return
    call_off(sent.order)


ACTS: dict[str, Callable[[Sent], None]] = {
    "place": _place,
    "pickup": _pickup,
    "note": _note,
    "day": _day,
    "withdraw": _withdraw,
    "address": _address,
    "call_off": _call_off,
}
# What an act leads to is so already, as after another press of its button.
SO_ALREADY: dict[str, Callable[[Sent], bool]] = {
    "place": _is_place_chosen,
    "pickup": _is_point_chosen,
    "address": _is_address_saved,
    "call_off": _is_off,
}
