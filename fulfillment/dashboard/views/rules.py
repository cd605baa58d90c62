"""Routing rules: listed, added, changed, ordered, switched, deleted, and tried on past orders."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.edit_forms import CONFLICT, INVALID, decide
from fulfillment.dashboard.queries.rules import shown_orders, shown_rules
from fulfillment.dashboard.rule_forms import RuleForm
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Product, RoutingRule, SalesChannel, Seller
from orders.routing.dry_run import MOST_SHOWN, MOST_TRIED, Tried, try_rules, with_rule
from orders.routing.rules import (
    add_rule,
    change_rule,
    delete_rule,
    draft,
    rules_of,
    shift_rule,
    switch_rule,
)
from orders.words import say

MOST_LISTED = 200  # sellers, and channels of one


@require_safe
@role_required(Role.OWNER)
def rules(request: SignedInRequest) -> HttpResponse:
    """List the rules of the seller, in the order in which they apply."""
    sellers = Seller.objects.visible_to(request.viewer).order_by("name")[:MOST_LISTED]
    return render(request, "dashboard/rules/list.html", {"sellers": shown_rules(sellers)})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add a rule of a seller, or try it first."""
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer), pk=pk)
    return _edited(request, seller, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a rule, or try the change first."""
    rule = _rule(request, pk)
    return _edited(request, rule.seller, rule)


@require_POST
@role_required(Role.OWNER)
def shift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a rule up or down by one."""
    steps = -1 if request.POST.get("to") == "up" else 1
    shift_rule(_rule(request, pk), steps=steps, actor=request.user)
    return redirect("dashboard_rules")


@require_POST
@role_required(Role.OWNER)
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Switch a rule on or off."""
    is_active = request.POST.get("to") == "on"
    rule = switch_rule(_rule(request, pk), is_active=is_active, actor=request.user)
    told = "The rule “{name}” is on." if rule.is_active else "The rule “{name}” is off."
    messages.success(request, say(told, name=rule))
    return redirect("dashboard_rules")


@require_POST
@role_required(Role.OWNER)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a rule."""
    rule = _rule(request, pk)
    delete_rule(rule, actor=request.user)
    messages.success(request, say("The rule “{name}” is deleted.", name=rule))
    return redirect("dashboard_rules")


def _rule(request: SignedInRequest, pk: UUID) -> RoutingRule:
    rules = RoutingRule.objects.visible_to(request.viewer).filter(deleted_at__isnull=True)
    return get_object_or_404(rules.select_related("seller", "channel", "product"), pk=pk)


def _edited(request: SignedInRequest, seller: Seller, rule: RoutingRule | None) -> HttpResponse:
    mine = SalesChannel.objects.visible_to(request.viewer).filter(seller=seller)
    channels = mine.order_by("name")[:MOST_LISTED]
    if request.method != "POST":
        return _page(request, seller, rule, RuleForm(channels=channels, rule=rule))
    form = RuleForm(request.POST, channels=channels, rule=rule)
    tried: list[Tried] = []

    def act() -> None:
        given = form.given(lambda sku: _product(request, seller, sku))
        if "try" in request.POST:
            wanted = draft(seller, given, rule)
            wanted.is_active = True  # a rule that is off is tried as if it were on
            present = rules_of(seller)
            tried.append(try_rules(seller, present, with_rule(present, wanted)))
        elif rule:
            change_rule(rule, given, actor=request.user)
        else:
            add_rule(seller, given, actor=request.user)

    status = decide(form, act)
    if status or tried:
        return _page(request, seller, rule, form, tried=tried, status=status or 200)
    name = form.cleaned_data["name"]
    told = "The rule “{name}” is saved, for orders that come from now on."
    messages.success(request, say(told, name=name))
    return redirect("dashboard_rules")


def _product(request: SignedInRequest, seller: Seller, sku: str) -> UUID:
    found = Product.objects.visible_to(request.viewer).filter(seller=seller, sku=sku).first()
    if found is None:
        raise DomainError(say("No product with the SKU {sku}.", sku=sku))
    return found.pk


def _page(
    request: SignedInRequest,
    seller: Seller,
    rule: RoutingRule | None,
    form: RuleForm,
    *,
    tried: list[Tried] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"seller": seller, "rule": rule, "form": form}
    for found in tried or ():
        context |= {"tried": found, "orders": shown_orders(found)}
        context |= {"most_tried": MOST_TRIED, "most_shown": MOST_SHOWN}
    context["is_refused"] = status in (INVALID, CONFLICT)
    return render(request, "dashboard/rules/edit.html", context, status=status)
