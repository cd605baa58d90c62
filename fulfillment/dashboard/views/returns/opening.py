"""A seller opens a return for a customer who wrote or called, and for a gift; it is approved."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.edit_forms import OUTDATED, CancelUnitsForm, decide
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput, Refusal
from orders.models import Order, OrderLine, Return, ReturnLine
from orders.returns.asked.by_seller import BySeller, opened_seen
from orders.returns.asked.conditions import Condition, asks_condition
from orders.returns.asked.limits import closed_on, last_delivery
from orders.returns.handling import request_return
from orders.returns.left import returnable_units
from orders.returns.reasons import Choice, offered_reasons
from orders.returns.terms import CREDIT, REPAIR, fee_of
from orders.values.money import plain
from orders.words import say, say_as, say_later

LONGEST_COMMENT, STATE = 500, "state-"
WISHES = {
    "": say_later("Money back"),
    CREDIT: say_later("Store credit"),
    REPAIR: say_later("A repair"),
}
# A refusal is written for customers, whose pages say it again by its code; so does this one.
REFUSED = {
    "nothing": say_later("Enter how many units come back of at least one product."),
    "coming": say_later("{title} is in return {number} already."),
    "left": say_later("{title}: {count} can still be returned."),
    "unfit": say_later("Choose another reason for {title}."),
    "no_reason": say_later("Choose a reason."),
    "no_repair": say_later("What is repaired needs an address to go back to."),
}


class OpenForm(CancelUnitsForm):
    """How many units of each line come back, why, and what the customer wants for them.

    Its `reason` is why this one is opened, for the team.
    """

    given = forms.ChoiceField(
        label=say_later("Reason of the customer"),
        error_messages={"required": say_later("Choose a reason.")},
    )
    wish = forms.ChoiceField(label=say_later("In return"), required=False)
    comment = forms.CharField(
        label=say_later("What the customer said"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 3}),
    )
    takes_fee = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, choices: Iterable[Choice], asks_condition: bool = False, **kwargs: Any
    ) -> None:
        """`asks_condition`: whether the seller asks for it; here it may stay unsaid."""
        super().__init__(*args, **kwargs)
        self.asks_condition = asks_condition
        for line in self.lines if asks_condition else ():
            self.fields[f"{STATE}{line.pk}"] = _state_field()
        self.fields["given"].choices = [  # type: ignore[attr-defined]
            ("", say("Choose a reason.")),
            *((choice.key, _named(choice)) for choice in choices),
        ]
        self.fields["wish"].choices = [  # type: ignore[attr-defined]
            (code, str(label)) for code, label in WISHES.items()
        ]

    def shown(self) -> list[tuple[OrderLine, forms.BoundField, forms.BoundField | None]]:
        """Each line with its number, and its condition where that is asked for."""
        return [
            (line, field, self[f"{STATE}{line.pk}"] if self.asks_condition else None)
            for line, field in self.rows()
        ]

    def conditions(self) -> dict[UUID, str]:
        """{line id: condition} as the customer said it, of the lines with a number."""
        said = {pk: self.cleaned_data.get(f"{STATE}{pk}", "") for pk in self.units()}
        return {pk: condition for pk, condition in said.items() if condition}

    def field_of(self, line: OrderLine) -> forms.IntegerField:
        most = self.free[line.pk]
        told = say("At most {most} can come back.", most=most)
        return forms.IntegerField(
            required=False, min_value=0, max_value=most, error_messages={"max_value": told}
        )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def open_return(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what of an order can come back; open its return, approved."""
    orders = Order.objects.visible_to(request.viewer)
    order = get_object_or_404(orders.select_related("seller__warehouse"), pk=pk)
    parts = ReturnLine.objects.visible_to(request.viewer)
    coming = parts.filter(order_return__order=order, is_coming=True)
    free = _free(order, set(coming.values_list("line", flat=True)))
    lines = list(
        OrderLine.objects.visible_to(request.viewer)
        .filter(pk__in=free)
        .select_related("product")
        .order_by("position", "pk")
    )
    choices = offered_reasons(order.seller, list(free))
    form = OpenForm(
        request.POST or None,
        lines=lines,
        free=free,
        choices=choices,
        asks_condition=asks_condition(order.seller),
    )
    status, opened = 200, list[Return]()

    def act() -> None:
        opened.append(_opened(order, form, request))

    if request.method == "POST":
        status = decide(form, act)
        if not status:
            messages.success(request, _done(opened[0]))
            return redirect("dashboard_order", order.pk)
    fee = fee_of(order)
    context = {
        "order": order,
        "form": form,
        "lines": lines,
        "closed_on": closed_on(order, last_delivery(order), timezone.now()) if lines else None,
        "fee": plain(fee, order.currency) if fee else "",
        "seen": opened_seen(order) if status in (200, OUTDATED) else form.data.get("seen", ""),
    }
    return render(request, "dashboard/returns/open.html", context, status=status or 200)


def _opened(order: Order, form: OpenForm, request: SignedInRequest) -> Return:
    given = form.cleaned_data
    by = BySeller(request.user, given["reason"], given["takes_fee"], given["seen"])
    try:
        return request_return(
            order,
            units=form.units(),
            reason=given["given"],
            comment=given["comment"],
            wish=given["wish"],
            conditions=form.conditions(),
            by=by,
        )
    except InvalidInput as error:
        at = {"why": "reason"}  # as the form calls it
        raise InvalidInput([(at.get(name, name), text) for name, text in error.problems]) from error
    except Refusal as error:
        told = REFUSED.get(error.code)
        raise DomainError(str(told).format(**error.facts) if told else str(error)) from error


def _free(order: Order, coming: Collection[UUID]) -> Mapping[UUID, int]:
    """{order line id: units} that can come back; not of lines in a return that still comes."""
    return {pk: units for pk, units in returnable_units(order).items() if pk not in coming}


def _state_field() -> forms.ChoiceField:
    said = [(one.value, say_as("condition", str(one.label))) for one in Condition]
    return forms.ChoiceField(choices=[("", say("Not said")), *said], required=False)


def _named(choice: Choice) -> str:
    """A reason as sellers read it: in their own words, where they have some."""
    own = choice.words.get(get_language() or "en") or choice.words.get("en")
    return own or say(Return.Reason(choice.meaning).label)


def _done(row: Return) -> str:
    if row.is_kept:
        return say("Return {row} is approved: the customer keeps the goods.", row=row)
    return say("Return {row} is approved; the customer is notified.", row=row)
