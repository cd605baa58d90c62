"""/track/<token>/updates/: message preferences of a customer, and one-click unsubscribe."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.page.page import describe
from fulfillment.tracking.queries import Tracked, find_tracked
from fulfillment.tracking.views.show import not_found, private
from notifications.channels.vapid import is_set_up
from notifications.consent.choices import Choice, choices_of, order_of, subscribed_browsers
from notifications.consent.updates import choose_updates, unsubscribe_browsers
from notifications.kinds.record import EMAIL
from orders.access import public
from orders.models import Order


class UpdatesForm(forms.Form):
    """Optional updates of each channel, and the opt-out of a whole channel."""

    no_browsers = forms.BooleanField(required=False)

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = []
        for choice in choices:
            self.fields[choice.channel] = forms.MultipleChoiceField(
                choices=list(choice.optional.items()),
                initial=choice.wanted,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": "Choose from the list."},
            )
            if choice.may_be_off:
                self.fields[f"no_{choice.channel}"] = forms.BooleanField(
                    initial=choice.is_off, required=False, label=f"No {choice.name.lower()} at all"
                )
            whole = self[f"no_{choice.channel}"] if choice.may_be_off else None
            self.rows.append((choice, self[choice.channel], whole))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def updates(request: HttpRequest, token: str) -> HttpResponse:
    """Show and save the preferences."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    order = order_of(tracked.order.pk)
    choices = choices_of(order)
    form = UpdatesForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        _save(order, choices, form.cleaned_data)
        return private(redirect(f"{request.path}?saved=1"))
    context = {
        "form": form,
        "token": token,
        "browsers": subscribed_browsers(order),
        "is_push": is_set_up(),
        "is_saved": "saved" in request.GET and not form.is_bound,
    }
    return _page(request, "track/updates.html", tracked, context)


@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Opt out of optional e-mails: a mail program posts (RFC 8058), a person presses a button.

    Whoever posts needs the secret address, so a forged form has nothing to ride on.
    """
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    order = order_of(tracked.order.pk)
    is_done = request.method == "POST"
    if is_done and request.POST.get("List-Unsubscribe") == "One-Click":
        choose_updates(order, channel=EMAIL, off=[], is_off=True)
    elif is_done:
        return private(HttpResponse("Expected List-Unsubscribe=One-Click.", status=400))
    choices = [choice for choice in choices_of(order) if choice.channel == EMAIL]
    context = {"token": token, "choice": next(iter(choices), None), "is_done": is_done}
    return _page(request, "track/unsubscribe.html", tracked, context)


def _save(order: Order, choices: list[Choice], wanted: dict[str, Any]) -> None:
    for choice in choices:
        picked = set(wanted[choice.channel])
        off = choice.off - set(choice.optional) | (set(choice.optional) - picked)
        is_off = wanted[f"no_{choice.channel}"] if choice.may_be_off else not picked
        if (off, is_off) != (choice.off, choice.is_off):
            choose_updates(order, channel=choice.channel, off=off, is_off=is_off)
    if wanted["no_browsers"]:
        unsubscribe_browsers(order)


def _page(
    request: HttpRequest, template: str, tracked: Tracked, context: dict[str, Any]
) -> HttpResponse:
    """With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses."""
    page = describe(tracked, timezone.now(), can_return=False)
    status = 422 if "form" in context and context["form"].errors else 200
    context |= {"page": page, "brand": tracked.order.seller_id}
    response = render(request, template, context, status=status)
    return private(response, referrer="same-origin")
