"""The page /: redirects by role."""

from django.http import HttpResponse
from django.shortcuts import redirect

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
