"""Demo data of a seller: made by one click, looked at beside the own data, removed by one click."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.demo.trial.stories import STORIES
from fulfillment.demo.trial.working import STEPS
from orders.access import SELLER_ROLES, role_required
from orders.accounts.demo import IN_SESSION, begin_demo, demo_of, end_demo, own_seller
from orders.accounts.requests import SignedInRequest
from orders.states import DemoState
from orders.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def demo(request: SignedInRequest) -> HttpResponse:
    """Show how far the demo data is, and open it here as soon as it is made; POST: begin it.

    On every other page whoever waits for it is at their own data.
    """
    seller = own_seller(request.viewer)
    if request.method == "POST":
        begun = begin_demo(seller)
        request.session[IN_SESSION] = begun.demo_state == DemoState.READY
        return redirect("dashboard_demo")
    row = demo_of(seller)
    if row and row.demo_state == DemoState.READY and IN_SESSION in request.session:
        request.session[IN_SESSION] = True
        return redirect("dashboard")
    context = {"demo": row, "steps": STEPS, "number": len(STORIES)}
    return render(request, "dashboard/demo.html", context)


@require_POST
@role_required(*SELLER_ROLES)
def close(request: SignedInRequest) -> HttpResponse:
    """Go back to the own data; the demo data stays for another look."""
    request.session.pop(IN_SESSION, None)
    return redirect("dashboard")


@require_POST
@role_required(*SELLER_ROLES)
def remove(request: SignedInRequest) -> HttpResponse:
    """Have the demo data removed, for everybody, and go back to the own data."""
    end_demo(own_seller(request.viewer))
    request.session.pop(IN_SESSION, None)
    messages.success(request, say("The demo data is being removed. This is your own data."))
    return redirect("dashboard")
