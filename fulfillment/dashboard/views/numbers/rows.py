"""The rows behind a number: each thing that it counts, with its order."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.dashboard.number_forms import NumbersForm, query_of
from fulfillment.keyset import page_of
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.carriers import CARRIERS
from orders.models import NumberFact
from orders.numbers.counting import Part, Period, facts_of
from orders.numbers.figures import BY_CODE
from orders.numbers.wording import duration, outcome_label
from orders.words import say, say_count
from orders.words.writing import written

# The heading of what is said of a fact beside its outcome.
BESIDE: dict[str, str] = {NumberFact.Number.CYCLE: "Took", NumberFact.Number.RETURNS: "Units"}


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def number_rows(request: SignedInRequest) -> HttpResponse:
    """Show what a figure counts in some days, all or of one outcome, the newest first."""
    if (figure := BY_CODE.get(request.GET.get("figure", ""))) is None:
        return redirect("dashboard_numbers")
    form, viewer, now = NumbersForm(request.GET), request.viewer, timezone.now()
    period = form.period(timezone.localdate(now, ZoneInfo(viewer.zone)))
    # Of a part of another figure its rows are what it counts, and no others.
    own = figure.counted[0] if figure.is_part else ""
    part, outcome = form.part(), form.wanted_outcome() or own
    facts = facts_of(viewer, figure.number, period, part, now)
    if outcomes := figure.behind(outcome):
        facts = facts.filter(outcome__in=outcomes)
    page = page_of(facts.select_related("order"), key="-day", cursor=request.GET.get("page", ""))
    context = {
        "figure": figure,
        "period": period,
        "part": part,
        "outcome": outcome_label(outcome) if outcome else "",
        "limits": list(_limits(period, part)),
        "total": facts.count(),
        "page": page,
        "rows": [(fact, outcome_label(fact.outcome), _took(fact)) for fact in page.rows],
        "beside": BESIDE.get(figure.number, ""),
        "query": query_of(period, part),
    }
    return render(request, "dashboard/numbers/rows.html", context)


def _limits(period: Period, part: Part) -> Iterator[str]:
    """The days, and the part of all that is counted, in words."""
    first, last = written(period.first, "j M Y"), written(period.last, "j M Y")
    yield first if first == last else say("{first} to {last}", first=first, last=last)
    if part.carrier:
        yield say(CARRIERS[part.carrier].name)
    if part.channel:
        yield say("one channel")
    if part.warehouse:
        yield say("one warehouse")


def _took(fact: NumberFact) -> str:
    """How long it took, or how many units it is of."""
    if fact.value is None:
        return ""
    if fact.number == NumberFact.Number.CYCLE:
        return duration(fact.value)
    return say_count(fact.value, "{units} unit", "{units} units", units=fact.value)
