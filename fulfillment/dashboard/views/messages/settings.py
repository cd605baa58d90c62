"""/dashboard/messages/: message settings (calm, quiet hours, digest, SMS caps)."""

import re
from email.utils import parseaddr
from typing import Any

from django import forms
from django.conf import settings as conf
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.views.messages.sellers import posted_seller
from notifications.consent.shop_settings import INCOMPLETE_QUIET_HOURS, Choices, choose_settings
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput
from orders.models import Seller
from orders.words import say, say_later
from orders.words.writing import isolated

MOST_SHOWN = 200
CLOCK = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")


class Countries(forms.CharField):
    """A list of ISO country codes, separated by commas or spaces."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        names = re.split(r"[\s,;]+", super().clean(value).upper())
        return sorted({name for name in names if name})


class SettingsForm(forms.Form):
    """The message settings of a seller."""

    seller: Seller

    calm = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(required=False, widget=CLOCK, label=say_later("From"))
    quiet_until = forms.TimeField(required=False, widget=CLOCK, label=say_later("Until"))
    texts_on_request = forms.BooleanField(required=False)
    digest_above = forms.IntegerField(min_value=0, max_value=1000)
    sms_daily_cap = forms.IntegerField(min_value=0, max_value=1_000_000)
    sms_countries = Countries(required=False, max_length=1200)

    def has_two_ends(self) -> bool:
        """Whether the quiet hours have both ends or neither; said in the form where not."""
        ends = [self.cleaned_data[name] is None for name in ("quiet_from", "quiet_until")]
        if ends[0] != ends[1]:
            self.add_error("quiet_until", str(INCOMPLETE_QUIET_HOURS))
        return ends[0] == ends[1]


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def message_settings(request: SignedInRequest) -> HttpResponse:
    """Show and save a form for each seller of the viewer."""
    refused = None
    if request.method == "POST":
        seller = posted_seller(request)
        refused = SettingsForm(request.POST)
        if refused.is_valid() and _saved(request, seller, refused):
            messages.success(
                request, say("Message settings of {seller} saved.", seller=isolated(str(seller)))
            )
            return redirect("message_settings")
        refused.seller = seller
    return settings_page(request, refused)


def _saved(request: SignedInRequest, seller: Seller, form: SettingsForm) -> bool:
    try:
        choose_settings(seller, actor=request.user, choices=Choices(**form.cleaned_data))
    except InvalidInput as error:
        for name, text in error.problems:
            form.add_error(name, text)
        return False
    except DomainError as error:
        form.add_error("quiet_until", str(error))
        return False
    return True


def settings_page(
    request: SignedInRequest,
    refused: SettingsForm | None = None,
    *,
    refused_sender: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the page with the forms of all sellers; a refused form has its errors."""
    rows = ("message_settings", "sending_domain", "warehouse")
    sellers = Seller.objects.visible_to(request.viewer).select_related(*rows)
    forms_shown = [
        refused if refused and refused.seller == seller else _form(seller)
        for seller in sellers.order_by("name")[:MOST_SHOWN]
    ]
    context = {
        "forms": forms_shown,
        "refused_sender": refused_sender,
        "our_address": parseaddr(conf.DEFAULT_FROM_EMAIL)[1],
    }
    status = 422 if refused or refused_sender else 200
    return render(request, "dashboard/messages/settings.html", context, status=status)


def _form(seller: Seller) -> SettingsForm:
    choice = settings_of(seller)
    form = SettingsForm(initial={name: getattr(choice, name) for name in SettingsForm.base_fields})
    form.seller = seller
    return form
