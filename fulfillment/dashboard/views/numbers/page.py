"""The page of numbers: figures, a chart with its table, and the same by member."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.dashboard.number_forms import BY, DAYS, NumbersForm, query_of
from fulfillment.dashboard.queries.numbers.chart import chart_of
from fulfillment.dashboard.queries.numbers.messages import messages_of
from fulfillment.dashboard.queries.numbers.showing import channels_of, numbers_of, warehouses_of
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.numbers.counting import by_day, read_up_to
from orders.numbers.figures import FIGURES


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def numbers(request: SignedInRequest) -> HttpResponse:
    """Show the numbers of some days beside the days before."""
    form, viewer, now = NumbersForm(request.GET), request.viewer, timezone.now()
    period = form.period(timezone.localdate(now, ZoneInfo(viewer.zone)))
    part, figure = form.part(), form.charted()
    if part.carrier and not figure.by_carrier:
        figure = FIGURES[0]
    context = {
        "form": form,
        "period": period,
        "part": part,
        "as_of": read_up_to(viewer),
        "found": numbers_of(viewer, period, part, now, by=form.shown_by()),
        "charted": figure,
        "chart": chart_of(figure, by_day(viewer, figure, period, part, now)),
        "query": query_of(period, part),
        "part_query": query_of(None, part),
        "members_query": query_of(period, part.without(form.shown_by())),
        "by": form.shown_by(),
        "ways": BY,
        "choices": DAYS,
        "chosen": form.chosen_days(),
        "figures": [one for one in FIGURES if one.by_carrier or not part.carrier],
        # Messages have neither carrier nor warehouse.
        "messages_told": [] if part.given() else messages_of(viewer, period),
        "channels": channels_of(viewer),
        "warehouses": warehouses_of(viewer),
    }
    return render(request, "dashboard/numbers/page.html", context)
