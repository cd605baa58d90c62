"""The page /, which redirects by role, and the answers to errors outside of any view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.defaults import bad_request

from fulfillment.serving.answers import API, refuse
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
    request_id = getattr(request, "id", "")
    if request.path_info.startswith(API):
        return refuse(request, 500, f"An error of ours; it was logged as request {request_id}.")
    page = {"request_id": request_id}
    return HttpResponse(render_to_string("500.html", page), status=500)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request whose head cannot be trusted, as one for a host that is not ours."""
    if request.path_info.startswith(API):
        return refuse(request, 400, "The head of the request names a host that is not ours.")
    return bad_request(request, exception)
