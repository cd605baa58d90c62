"""/track/<token>/return/: the form by which a customer requests a return."""

import logging
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.acting import order_to_change
from fulfillment.tracking.languages import page_words
from fulfillment.tracking.page.page import describe
from fulfillment.tracking.page.returns import hand_in_words, postage_words
from fulfillment.tracking.page.words import Voice
from fulfillment.tracking.queries import Tracked, find_tracked, requestable_units
from fulfillment.tracking.return_form import ReturnForm, Terms
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from fulfillment.tracking.wording import acts_in
from notifications.words.wording import isolated, money
from orders.access import public
from orders.errors import DomainError, Refusal
from orders.exchanges.differences import price_gaps
from orders.exchanges.requesting import exchanges_of, request_exchange
from orders.models import Product, Seller
from orders.returns.asked.conditions import asks_condition
from orders.returns.handling import cancel_return
from orders.returns.policy import local_day
from orders.returns.reasons import offered_reasons, postage_by, seller_of
from orders.returns.terms import CREDIT, REPAIR, fee_of, offers_credit, offers_repair
from warehouse.stock.available import available_units

log = logging.getLogger(__name__)

CANCEL, FEE, PRICES = "cancel", "fee", "prices"
LONGEST_FEE = 18  # digits
SHOWN = re.compile(r"(?<!\S)([0-9a-f]{12}):(-?[0-9]{1,18})(?!\S)", re.ASCII)
AT_FIELD = {  # where a refusal stands; any other above the form
    "no_reason": "reason",
    "unfit": "reason",
    "photo_needed": "photos",
    "photo_unasked": "photos",
    "enough_photos": "photos",
    "comment_needed": "comment",
    "repair_alone": "wish",
}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; request the return and redirect to the tracking page."""
    now = timezone.now()
    tracked = find_tracked(token, now)
    if tracked is None:
        return not_found(request)
    if ask := ask_proof(request, token, tracked.order.pk, "return"):
        return ask
    language = language_of(request, tracked.order.language)
    if request.method == "POST" and CANCEL in request.POST:
        return _cancel(tracked, request.POST[CANCEL], token)
    left = requestable_units(tracked)
    page = describe(tracked, now, can_return=bool(left), language=language)
    # The contents of a gift are secret, and the form would list them.
    known = [] if tracked.order.is_gift else tracked.lines
    lines = [(line, left[line.id]) for line in known if line.id in left]
    seller = seller_of(tracked.order)
    given = offered_reasons(seller, [line.id for line, _ in lines])
    payers = {choice.meaning: postage_by(seller, choice.meaning) for choice in given}
    exchanged = _exchanged(tracked, left) if lines else {}
    offered = _in_stock(exchanged)
    gaps = price_gaps(order_to_change(tracked), offered) if offered else {}
    form = ReturnForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        lines=lines,
        terms=Terms(
            given,
            {code: postage_words(payer, language) for code, payer in payers.items()},
            _wishes(tracked, seller),
            asks_condition(seller),
        ),
        language=language,
        offered={
            pk: [
                (one, _signed(gaps.get((pk, one.pk), 0), tracked, language) if is_there else None)
                for one in products
                for is_there in [one in offered.get(pk, ())]
            ]
            for pk, products in exchanged.items()
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            request_exchange(
                tracked.order,
                units=form.units,
                wanted=form.wanted,
                wish=form.wished,
                reason=form.cleaned_data["reason"],
                comment=form.cleaned_data["comment"],
                shown_fee=_shown_fee(request),
                shown_gaps=_shown_gaps(request, offered),
                photos=form.drawn,
                conditions=form.conditions,
            )
        except Refusal as error:
            at = AT_FIELD.get(error.code)
            form.add_error(at, _said(error, Voice(language, local_day(tracked.order, now))))
        else:
            return private(redirect("track", token=token))
    context = {
        "page": page,
        "token": token,
        "brand": tracked.order.seller_id,
        "form": form,
        "given": hand_in_words(seller, language) if lines else "",
        "fee": _fee(tracked, language) if lines else "",
        "shown_fee": fee_of(tracked.order),
        "prices": _prices(gaps),
        "even_or_not": _exchange_words(offered, gaps, language),
        "say": acts_in(language),
        "coming": [row.number for row in tracked.returns if row.may_end],
    }
    return _form_page(request, context)


def _exchanged(tracked: Tracked, left: Mapping[UUID, int]) -> dict[UUID, list[Product]]:
    """For what each line may be exchanged, in stock or not."""
    if tracked.order.seller.exchange_days is None:
        return {}
    return exchanges_of(order_to_change(tracked), left)


def _in_stock(exchanged: Mapping[UUID, list[Product]]) -> dict[UUID, list[Product]]:
    """What of it is there now."""
    units = available_units({product.pk for products in exchanged.values() for product in products})
    return {
        pk: there
        for pk, products in exchanged.items()
        if (there := [product for product in products if units.get(product.pk)])
    }


def _prices(gaps: Mapping[tuple[UUID, UUID], int]) -> str:
    """What the form says that each product costs more or less, as it carries that along."""
    return " ".join(f"{_short(*pair)}:{gap}" for pair, gap in sorted(gaps.items()) if gap)


def _shown_gaps(
    request: HttpRequest, offered: Mapping[UUID, list[Product]]
) -> dict[tuple[UUID, UUID], int] | None:
    """{(order line id, product id): what it was said to cost more}, 0 where nothing was said.

    None where the form says nothing of prices. Each by itself: what became of another product does
    not change the price of this one.
    """
    if (text := request.POST.get(PRICES)) is None:
        return None
    told = dict(SHOWN.findall(text))
    return {
        (pk, one.pk): int(told.get(_short(pk, one.pk), 0)) for pk in offered for one in offered[pk]
    }


def _short(line: UUID, product: UUID) -> str:
    return sha256(line.bytes + product.bytes).hexdigest()[:12]


def _signed(gap: int, tracked: Tracked, language: str) -> str:
    """What a unit costs more or less, with its sign; "" where it is even."""
    amount = money(abs(gap), tracked.order.currency, language) if gap else ""
    return amount and isolated(f"{'+' if gap > 0 else '−'}{amount}", language)


def _exchange_words(
    offered: Mapping[UUID, object], gaps: Mapping[tuple[UUID, UUID], int], language: str
) -> str:
    """What an exchange costs, in words; empty where nothing is exchanged."""
    if not offered:
        return ""
    said = acts_in(language)
    return said.exchange_prices if gaps else said.exchange_even


def _wishes(tracked: Tracked, seller: Seller) -> list[str]:
    """What the customer may have instead of money. What is repaired needs an address to go to."""
    found = [CREDIT] if offers_credit(seller) else []
    if offers_repair(seller) and order_to_change(tracked).has_address:
        found.append(REPAIR)
    return found


def _fee(tracked: Tracked, language: str) -> str:
    """What a return may cost, in words; empty where it costs nothing."""
    order = tracked.order
    fee = fee_of(order)
    return (
        acts_in(language).return_fee.format(fee=money(fee, order.currency, language)) if fee else ""
    )


def _shown_fee(request: HttpRequest) -> int | None:
    """The fee that stood in the form when it was opened; None where the form said nothing of it."""
    text = request.POST.get(FEE)
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_FEE else 0


def _cancel(tracked: Tracked, number: str, token: str) -> HttpResponse:
    """Cancel a return of this order; one that has come meanwhile stays, as the page then shows."""
    found = next((row for row in tracked.returns if row.number == number and row.may_end), None)
    if found:
        try:
            cancel_return(tracked.order.returns.get(pk=found.id))
        except DomainError:
            log.info("return %s, or its exchange, went on before it was cancelled", found.id)
    return private(redirect("track", token=token))


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses."""
    status = 422 if context["form"].errors else 200
    page, language = context["page"], context["page"].language
    context["mistakes"] = context["form"].mistakes
    context["choose_return"] = page_words(language).choose_return.format(by=page.by_last_day)
    response = draw(request, "track/return.html", context, language=language, status=status)
    return private(response, referrer="same-origin")


def _said(refusal: Refusal, voice: Voice) -> str:
    if refusal.code == "fee":
        return acts_in(voice.language).fee_changed
    facts = dict(refusal.facts)
    if "day" in facts:
        facts["day"] = voice.past_day(facts["day"])
    say = acts_in(voice.language)
    exchanges = {
        "price": say.price_changed,
        "stock": say.out_of_stock,
        "no_exchange": say.no_exchange,
        "no_units": say.no_units,
        "no_credit": say.choose_one,
        "no_repair": say.choose_one,
        "repair_alone": say.repair_alone,
        "photo_needed": say.photo_needed,
        "photo_unasked": say.photo_unasked,
        "enough_photos": say.enough_photos,
        "comment_needed": say.comment_needed,
        "condition_needed": say.condition_needed,
    }
    return voice.say(
        exchanges.get(refusal.code) or voice.words.return_errors[refusal.code], **facts
    )
