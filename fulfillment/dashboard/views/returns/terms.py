"""The terms of refunds and exchanges, and what customers may choose for a return."""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.queries.orders.parcels import carrier_name
from fulfillment.dashboard.views.returns.policy import listed, named_seller
from fulfillment.dashboard.views.returns.refunds import MOST_PRICE, TEXT, TOO_FINE
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.carriers.base import CODE, LABEL
from orders.models import Refund, ReturnRule, Seller
from orders.returns import ahead
from orders.returns.asked import conditions
from orders.returns.due import days as due
from orders.returns.labels.offers import BOTH, NAME, Offer, offer_of, offers
from orders.returns.terms import change_terms, offers_credit, offers_repair
from orders.values.money import digits, fits, minor
from orders.values.places import currency
from orders.values.unfit import Unfit
from orders.words import said_choices, say, say_later
from warehouse.returns.grades import sells_used

MOST_DAYS, MOST_EXCHANGE_DAYS, MOST_RETURNS = 365, 90, 1_000
# The parts of the page, and the fields of each; what none names is in the last one.
SECTIONS = (
    (say_later("Sending it back"), (due.NAME, "label", "keep_value", "keep_currency")),
    (say_later("Refunds"), (
        "refund_days", "refund_method", "refunds_shipping", "return_fee", "return_fee_currency",
        "credit",
    )),
    (say_later("Exchanges"), ("exchange_days", "exchange_skus")),
    (say_later("Exchanges in advance"), (
        "ahead_days", "ahead_value", "ahead_currency", "ahead_returns",
    )),
    (say_later("Repair and resale"), ("repair", "only_new")),
)  # fmt: skip


def _amount(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=MOST_PRICE,
        required=False,
        widget=forms.NumberInput(TEXT | {"step": "any", "inputmode": "decimal"}),
    )


def _code(label: str, help_text: str = "") -> forms.CharField:
    """The currency of an amount."""
    widget = forms.TextInput(TEXT)
    return forms.CharField(
        label=label, help_text=help_text, max_length=3, required=False, widget=widget
    )


class TermsForm(forms.Form):
    """How a refund is paid, by when and less which fee; exchanges; what a customer may choose."""

    refund_days = forms.IntegerField(
        label=say_later("Days until a refund is paid"),
        help_text=say_later(
            "Counted from the inspection. Customers read the date; leave it empty to name none."
        ),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    refund_method = forms.ChoiceField(
        label=say_later("How it is paid"),
        choices=said_choices(Refund.Method.choices),
        widget=forms.Select({"class": "form-select"}),
    )
    refunds_shipping = forms.BooleanField(
        label=say_later("Refund shipping when a whole order comes back"),
        help_text=say_later(
            "In the EU, Iceland, Liechtenstein, Norway and the United Kingdom the law asks "
            "for it anyway: there it is always refunded."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    return_fee = _amount(
        say_later("Fee for a return"),
        say_later(
            "Only where nothing was wrong with the product: changed my mind, too large, too "
            "small. Customers read it before they send the form. It is never more than the refund."
        ),
    )
    return_fee_currency = _code(
        say_later("Its currency, like EUR"), say_later("Orders in another currency have no fee.")
    )

    exchange_days = forms.IntegerField(
        label=say_later("Days to keep goods in exchange"),
        help_text=say_later(
            "Customers may choose a product instead of money. It is kept for them at once, "
            "and ships when their return is inspected, or in advance where you say so below; after "
            "these days it is called off, but not while a return that you have approved may still "
            "come. Leave it empty to exchange nothing."
        ),
        min_value=1,
        max_value=MOST_EXCHANGE_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    exchange_skus = forms.CharField(
        label=say_later("Exchanged for one another: SKUs that begin with"),
        help_text=say_later(
            "Such as SHIRT-BASIC HAT-: a product is exchanged for another one whose SKU "
            "begins with the same, evenly unless that one has a price: then the form names the "
            "difference. Otherwise it is exchanged for the same product alone."
        ),
        max_length=800,
        required=False,
        widget=forms.TextInput(TEXT),
    )

    credit = forms.BooleanField(
        label=say_later("Customers may choose store credit"),
        help_text=say_later(
            "On the return form, instead of money. You issue it in the shop, and tick the "
            "refund off with its code: only then the customer is told that it is there."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    repair = forms.BooleanField(
        label=say_later("Customers may ask for a repair"),
        help_text=say_later(
            "On the return form. What came back is set aside, and Needs attention asks you what "
            "became of it. It is never put into your stock: it goes back to the same customer."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    condition = forms.BooleanField(
        label=say_later("Ask for the condition of what comes back"),
        help_text=say_later(
            "On the return form, for each product: unopened, opened but as new, used or damaged. "
            "Rules of your return policy may name it, and whoever inspects the return reads it."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    hand_in_days = forms.IntegerField(
        label=say_later("Days to hand a return in"),
        help_text=say_later(
            "Counted from the approval. Customers read the last day and are reminded of it once."
        ),
        min_value=due.FEWEST_DAYS,
        max_value=due.MOST_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    label = forms.ChoiceField(
        label=say_later("What customers get for the way back"),
        help_text=say_later(
            "The carrier makes it once a return is approved, and it is on the tracking page. "
            "Customers read what they get before they send the form."
        ),
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )
    only_new = forms.BooleanField(
        label=say_later("Put only as-new units on sale again"),
        help_text=say_later(
            "The worker grades each returned unit: A as new, B used, C damaged. Used ones are "
            "cleaned, packed anew and sold again, unless you tick this: then they are written off, "
            "as damaged ones are."
        ),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )
    keep_value = _amount(
        say_later("The customer keeps what is worth at most"),
        say_later(
            "What comes back of an order, at its price. Once you or a rule approve it, "
            "nothing is sent back, and it is refunded. Never in exchange. Leave it empty to want "
            "everything back."
        ),
    )
    keep_currency = _code(say_later("The currency of that, like EUR"))
    ahead_days = forms.IntegerField(
        label=say_later("Send an exchange in advance: days until the goods have to come"),
        help_text=say_later(
            "Counted from the approval. The other product is then sent without waiting; "
            "customers read the day and are reminded. What does not come is under Needs attention: "
            "we charge nobody. Leave it empty to wait for the goods."
        ),
        min_value=ahead.FEWEST_DAYS,
        max_value=ahead.MOST_DAYS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )
    ahead_value = _amount(
        say_later("In advance: worth at most"),
        say_later("What comes back for it, at its price. Leave it empty for no limit."),
    )
    ahead_currency = _code(say_later("In advance: the currency of that, like EUR"))
    ahead_returns = forms.IntegerField(
        label=say_later("In advance: returns of a customer within a year, at most"),
        help_text=say_later(
            "Customers are known by their e-mail address. While one exchange of theirs is "
            "out, another one waits for its goods."
        ),
        min_value=0,
        max_value=MOST_RETURNS,
        required=False,
        widget=forms.NumberInput(TEXT),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [(str(offer), _offer_words(offer)) for offer in offers()]
        field: Any = self.fields["label"]
        field.choices = [("", say("No label: they choose a carrier themselves")), *given]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The titles of the parts of the page, each with its fields."""
        named = {name for _, names in SECTIONS for name in names}
        rest = [name for name in self.fields if name not in named]
        last = SECTIONS[-1][0]
        return [
            (title, [self[name] for name in (*names, *(rest if title == last else ()))])
            for title, names in SECTIONS
        ]

    def clean_exchange_skus(self) -> list[str]:
        skus = listed(self.cleaned_data["exchange_skus"])
        if any(len(sku) > ReturnRule.SKU for sku in skus):
            raise forms.ValidationError(say("At most {most} characters each.", most=ReturnRule.SKU))
        return skus

    def clean_return_fee_currency(self) -> str:
        return _currency(self.cleaned_data["return_fee_currency"])

    def clean_ahead_currency(self) -> str:
        return _currency(self.cleaned_data["ahead_currency"])

    def clean_keep_currency(self) -> str:
        return _currency(self.cleaned_data["keep_currency"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        fee, code = given.get("return_fee") or Decimal(0), given.get("return_fee_currency", "")
        if fee and not code and "return_fee_currency" not in self.errors:
            self.add_error("return_fee_currency", say("A fee needs its currency."))
        if code and not fits(fee, code):
            self.add_error("return_fee", TOO_FINE.format(currency=code))
        given["return_fee"] = minor(fee, code) if code else 0
        given["exchange_ahead"] = self._ahead(given)
        given["return_choices"] = self._choices(given)
        return given

    def _worth(self, given: dict[str, Any], name: str) -> tuple[int, str] | None:
        """A value with its currency, in minor units; None where it is left empty."""
        value, code = given.get(f"{name}_value"), given.get(f"{name}_currency", "")
        if value is None:
            return None
        if not code and f"{name}_currency" not in self.errors:
            self.add_error(f"{name}_currency", say("A value needs its currency."))
        elif code and not fits(value, code):
            self.add_error(f"{name}_value", TOO_FINE.format(currency=code))
        return None if self.errors else (minor(value, code), code)

    def _ahead(self, given: dict[str, Any]) -> dict[str, Any]:
        """How an exchange is sent in advance, as the seller's row keeps it."""
        worth, days = self._worth(given, "ahead"), given.get("ahead_days")
        if days is None:
            limits = ("ahead_value", "ahead_currency", "ahead_returns")
            if "ahead_days" not in self.errors and any(
                given.get(name) not in (None, "") for name in limits
            ):
                self.add_error("ahead_days", say("Enter the days, or leave its limits empty."))
            return {}
        value, code = worth or (None, "")
        return ahead.Ahead(days, value, code, given.get("ahead_returns")).kept()

    def _choices(self, given: dict[str, Any]) -> dict[str, Any]:
        """What customers may choose, what they keep, and which units are sold again."""
        worth = self._worth(given, "keep")
        switches = ("credit", "repair", conditions.NAME, "only_new")
        found = {name: True for name in switches if given.get(name)}
        found |= {NAME: given["label"]} if given.get("label") else {}
        found |= {due.NAME: given[due.NAME]} if given.get(due.NAME) else {}
        return found | ({"keep": list(worth)} if worth else {})


def _offer_words(offer: Offer) -> str:
    """The carrier, and what it gives."""
    said = {
        LABEL: say("a label to print"),
        CODE: say("a QR code to show"),
        BOTH: say("a label to print, and a QR code to show"),
    }
    return f"{carrier_name(offer.carrier)}: {said[offer.hand_in]}"


def _currency(text: str) -> str:
    """A currency there is, or none."""
    try:
        code = currency(text.strip().upper())
    except Unfit as error:
        raise forms.ValidationError(str(error)) from None
    if code and code not in Locale("en").currencies:
        raise forms.ValidationError(say("No currency is called so."))
    return code


def _known_choices(seller: Seller) -> dict[str, Any]:
    """What the form begins with, of what customers may choose, keep, or get in advance."""
    terms = ahead.Ahead.of(seller)
    keep, of_keep = seller.return_choices.get("keep", (None, ""))
    known: dict[str, Any] = {
        "credit": offers_credit(seller),
        "repair": offers_repair(seller),
        conditions.NAME: conditions.asks_condition(seller),
        due.NAME: due.hand_in_days(seller),
        "label": str(offer_of(seller) or ""),
        "only_new": not sells_used(seller),
        "keep_value": "" if keep is None else digits(keep, of_keep),
        "keep_currency": of_keep,
    }
    if terms is None:
        return known
    value = "" if terms.value is None else digits(terms.value, terms.currency)
    return known | {
        "ahead_days": terms.days,
        "ahead_value": value,
        "ahead_currency": terms.currency,
        "ahead_returns": terms.returns,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def terms(request: SignedInRequest) -> HttpResponse:
    """Show the terms of refunds and exchanges, and change them."""
    seller = named_seller(request)
    code = seller.return_fee_currency
    known = {
        "refund_days": seller.refund_days,
        "refund_method": seller.refund_method,
        "refunds_shipping": seller.refunds_shipping,
        "return_fee": digits(seller.return_fee, code) if code else "",
        "return_fee_currency": code,
        "exchange_days": seller.exchange_days,
        "exchange_skus": " ".join(seller.exchange_skus),
        **_known_choices(seller),
    }
    form, status = TermsForm(request.POST or None, initial=known), 200

    def change() -> None:
        change_terms(seller, form.cleaned_data, actor=request.user)

    if request.method == "POST":
        status = decide(form, change)
        if not status:
            messages.success(request, say("Saved, for returns from now on."))
            return redirect(request.get_full_path())
    context = {"seller": seller, "form": form}
    return render(request, "dashboard/refund_terms.html", context, status=status or 200)
