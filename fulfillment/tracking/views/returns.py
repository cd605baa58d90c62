"""/track/<token>/return/: the form by which a customer requests a return."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.page.page import describe
from fulfillment.tracking.queries import TrackedLine, find_tracked
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from orders.access import public
from orders.errors import DomainError
from orders.models.returns import ASKED_FOR
from orders.returns.handling import request_return, returnable_units

UNITS = "units-"
LONGEST_MENU = 50


class ReturnForm(forms.Form):
    """How many of each delivered product come back, and why."""

    reason = forms.ChoiceField(
        choices=ASKED_FOR,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason for the return."},
    )
    comment = forms.CharField(max_length=500, required=False, strip=True)

    def __init__(self, *args: Any, lines: list[tuple[TrackedLine, int]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = []
        for line, left in lines:
            name = f"{UNITS}{line.id}"
            self.fields[name] = _units_field(left, left if len(lines) == 1 and left == 1 else 0)
            self.rows.append((line, left, self[name]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_readable = not any(name.startswith(UNITS) for name in self.errors)
        if is_readable and not any(self.units.values()):
            raise forms.ValidationError("Choose at least one product to return.")
        return cleaned

    @property
    def units(self) -> dict[UUID, int]:
        """{order line id: units} as chosen."""
        return {
            line.id: self.cleaned_data.get(f"{UNITS}{line.id}") or 0 for line, _, _ in self.rows
        }


def _units_field(most: int, initial: int) -> forms.Field:
    """A menu, as long as a person can look through it; else a number to type."""
    problem = f"Choose at most {most}."
    if most > LONGEST_MENU:
        told = {"max_value": problem, "min_value": problem, "invalid": "Enter a whole number."}
        return forms.IntegerField(
            min_value=0, max_value=most, required=False, initial=initial, error_messages=told
        )
    return forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(most + 1)],
        coerce=int,
        required=False,
        initial=initial,
        error_messages={"invalid_choice": problem},
    )


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
    left = returnable_units(tracked.order)
    page = describe(tracked, now, can_return=bool(left))
    # The contents of a gift are secret, and the form would list them.
    known = [] if tracked.order.is_gift else tracked.lines
    lines = [(line, left[line.id]) for line in known if line.id in left]
    form = ReturnForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            request_return(
                tracked.order,
                units=form.units,
                reason=form.cleaned_data["reason"],
                comment=form.cleaned_data["comment"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return private(redirect("track", token=token))
    context = {"page": page, "token": token, "brand": tracked.order.seller_id, "form": form}
    return _form_page(request, context)


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses."""
    status = 422 if context["form"].errors else 200
    response = render(request, "track/return.html", context, status=status)
    return private(response, referrer="same-origin")
