"""The page *What is new*: the changelog, in words for people who use the portal."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fulfillment.dashboard.queries.news import news
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest


@require_safe
@role_required(*SELLER_ROLES)
def what_is_new(request: SignedInRequest) -> HttpResponse:
    """Show each version with what it adds, changes and mends."""
    return render(request, "dashboard/news.html", {"versions": news()})
