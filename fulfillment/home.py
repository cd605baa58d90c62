"""The page /, which redirects by role, and the page of an error of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from orders.access import SELLER_ROLES, WAREHOUSE_ROLES, Role, ViewerRequest, public


@public
def home(request: ViewerRequest) -> HttpResponse:
    """Redirect to the pages of the user's role; anonymous users to the sign-in page."""
    viewer = request.viewer
    if not request.user.is_authenticated:
        return redirect("account_login")
    if viewer.roles & {*SELLER_ROLES}:
        return redirect("/dashboard/")
    if viewer.roles & {*WAREHOUSE_ROLES}:
        return redirect("/warehouse/")
    return redirect("/courier/" if Role.COURIER in viewer.roles else "/admin/")


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an error of ours with the request id; asks nothing that may be what broke."""
    page = {"request_id": getattr(request, "id", "")}
    return HttpResponse(render_to_string("500.html", page), status=500)
