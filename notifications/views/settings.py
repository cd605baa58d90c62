"""/dashboard/messages/: how a seller's customers are spoken to."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from notifications.actions.settings import HALF_A_NIGHT, choose_settings
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.errors import DomainError
from orders.models import Seller

MOST_SHOWN = 200
CLOCK = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")


class SettingsForm(forms.Form):
    """A seller's choices about messages."""

    seller: Seller

    calm = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(required=False, widget=CLOCK, label="From")
    quiet_until = forms.TimeField(required=False, widget=CLOCK, label="Until")
    digest_above = forms.IntegerField(min_value=0, max_value=1000)

    def has_two_ends(self):
        """Whether the quiet hours have both ends or neither; said in the form where not."""
        ends = [self.cleaned_data[name] is None for name in ("quiet_from", "quiet_until")]
        if ends[0] != ends[1]:
            self.add_error("quiet_until", HALF_A_NIGHT)
        return ends[0] == ends[1]


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def message_settings(request):
    """A form for each seller of the viewer."""
    refused = None
    if request.method == "POST":
        sellers = Seller.objects.visible_to(request.viewer)
        seller = get_object_or_404(sellers, pk=request.POST.get("seller") or None)
        refused = SettingsForm(request.POST)
        if refused.is_valid() and _kept(request, seller, refused):
            messages.success(request, f"The messages of {seller} follow your choice from now on.")
            return redirect("message_settings")
        refused.seller = seller
    return settings_page(request, refused)


def _kept(request, seller, form):
    try:
        choose_settings(seller, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error("quiet_until", str(error))
        return False
    return True


def settings_page(request, refused):
    """The forms of all sellers; `refused` with its errors."""
    sellers = Seller.objects.visible_to(request.viewer).select_related("message_settings")
    forms_shown = [
        refused if refused and refused.seller == seller else _form(seller)
        for seller in sellers.order_by("name")[:MOST_SHOWN]
    ]
    status = 422 if refused else 200
    return render(
        request, "dashboard/messages/settings.html", {"forms": forms_shown}, status=status
    )


def _form(seller):
    choice = settings_of(seller)
    names = ("calm", "quiet_from", "quiet_until", "digest_above")
    form = SettingsForm(initial={name: getattr(choice, name) for name in names})
    form.seller = seller
    return form
