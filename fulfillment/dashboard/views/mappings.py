"""The mapping of a shop's own JSON: where each value stands, and a dry run on a pasted sample."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.forms import MappingForm
from orders.access import Role, role_required
from orders.accounts.connections import save_mapping
from orders.accounts.requests import SignedInRequest
from orders.errors import InvalidInput
from orders.intake.samples import Outcome, try_sample
from orders.models import SalesChannel, ShopOrder
from orders.shops import SHOPS
from orders.shops.base import Configured
from orders.shops.mapped.mapping import CONDITIONS, OF_LINE, OF_ORDER, checked
from orders.words import say

GROUPS = {"Order": OF_ORDER, "Line": OF_LINE, "Payment and cancellation": CONDITIONS}
PAYMENTS = dict(ShopOrder.Payment.choices)
CONFIGURED = [code for code, shop in SHOPS.items() if isinstance(shop, Configured)]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OWNER)
def mapping(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a mapping; try it on a sample, which is not stored, or save it."""
    mine = SalesChannel.objects.visible_to(request.viewer).filter(kind__in=CONFIGURED)
    channel = get_object_or_404(mine, pk=pk)
    if request.method != "POST":
        return _page(request, channel, MappingForm(initial=channel.mapping))
    form = MappingForm(request.POST)
    if not form.is_valid():
        return _page(request, channel, form, status=422)
    try:
        wanted = checked(form.cleaned_data)
    except InvalidInput as error:
        for name, problem in error.problems:
            form.add_error(name, f"{problem[:1].upper()}{problem[1:]}.")
        return _page(request, channel, form, status=422)
    if "try" in request.POST:
        with translation.override("en"):  # as the log of calls has it
            outcome = try_sample(channel, wanted, form.cleaned_data["sample"])
        return _page(request, channel, form, outcome)
    save_mapping(channel, mapping=wanted, actor=request.user)
    told = "The mapping of {channel} is saved. It reads the next call."
    messages.success(request, say(told, channel=channel))
    return redirect("dashboard_mapping", channel.pk)


def _page(
    request: SignedInRequest,
    channel: SalesChannel,
    form: MappingForm,
    outcome: Outcome | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    report = outcome.report if outcome else None
    context = {
        "channel": channel,
        "form": form,
        "groups": {
            title: [(form[name], place.is_needed) for name, place in places.items()]
            for title, places in GROUPS.items()
        },
        "outcome": outcome,
        "payment": say(PAYMENTS[report.payment]) if report and report.payment else "",
    }
    return render(request, "dashboard/shops/mapping.html", context, status=status)
