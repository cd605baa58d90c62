"""/dashboard/personal-data/: the operator exports and erases customers and users; retention."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fulfillment.privacy.customers import erase_customer, export_customer, orders_of_customer
from fulfillment.privacy.retention import MOST_COUNTED, RULES, what_is_due
from fulfillment.privacy.users import erase_user, export_user, refuse_needed
from orders.access import Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.lifecycle.erasing import refuse_open
from orders.models import Order, Seller, User
from orders.values.contacts import LONGEST_EMAIL
from orders.values.texts import NUMBER
from orders.words import say
from orders.words.writing import with_commas

MOST_SHOWN = 500


class CustomerForm(forms.Form):
    """A customer of a seller, named by at least one of three."""

    seller = forms.UUIDField()
    email = forms.CharField(max_length=LONGEST_EMAIL, required=False)
    phone = forms.CharField(max_length=40, required=False)
    number = forms.CharField(max_length=NUMBER, required=False)
    sure = forms.BooleanField(required=False)


class UserForm(forms.Form):
    email = forms.CharField(max_length=LONGEST_EMAIL)
    sure = forms.BooleanField(required=False)


@require_safe
@never_cache
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def personal_data(request: SignedInRequest) -> HttpResponse:
    """Show both forms, and what retention has to do."""
    return _page(request)


@require_POST
@never_cache
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def export_one_customer(request: SignedInRequest) -> HttpResponse:
    """All that is kept about a customer, as a file."""

    def act(seller: Seller, orders: list[Order]) -> HttpResponse:
        return _file("customer-data.json", export_customer(seller, orders, actor=request.user))

    return _with_customer(request, act)


@require_POST
@never_cache
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def erase_one_customer(request: SignedInRequest) -> HttpResponse:
    """Erase a customer; without the tick, only say what would be erased."""

    def act(seller: Seller, orders: list[Order]) -> HttpResponse:
        if not CustomerForm(request.POST)["sure"].data:
            refuse_open(orders)
            ask = say(
                "Would be erased ({n}): {numbers}. Tick the box to erase them.",
                n=len(orders),
                numbers=with_commas(str(order) for order in orders[:20]),
            )
            return _page(request, customer=request.POST, customer_note=ask)
        erased = erase_customer(seller, orders, actor=request.user)
        messages.success(
            request,
            say(
                "Erased. Orders: {orders}; messages about them: {messages}; blocked addresses "
                "that stay: {blocked}. Backups hold them until they are deleted.",
                orders=erased.orders,
                messages=erased.messages,
                blocked=erased.blocked,
            ),
        )
        return redirect("personal_data")

    return _with_customer(request, act)


@require_POST
@never_cache
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def export_one_user(request: SignedInRequest) -> HttpResponse:
    """All that is kept about a user, as a file."""

    def act(user: User) -> HttpResponse:
        return _file("user-data.json", export_user(user, actor=request.user))

    return _with_user(request, act)


@require_POST
@never_cache
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def erase_one_user(request: SignedInRequest) -> HttpResponse:
    """Erase a user; without the tick, only say who would be erased."""

    def act(user: User) -> HttpResponse:
        if not UserForm(request.POST)["sure"].data:
            refuse_needed(user)
            ask = say("{name} would be erased. Tick the box to erase this user.", name=user.name)
            return _page(request, user_given=request.POST, user_note=ask)
        erase_user(user, actor=request.user)
        messages.success(request, say("Erased. What this user did stays in the history."))
        return redirect("personal_data")

    return _with_user(request, act)


def _with_customer(
    request: SignedInRequest, act: Callable[[Seller, list[Order]], HttpResponse]
) -> HttpResponse:
    form = CustomerForm(request.POST)
    if not form.is_valid():
        return _page(request, customer=request.POST, customer_problem=say("Choose a seller."))
    given = form.cleaned_data
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer), pk=given["seller"])
    named = {name: given[name] for name in ("email", "phone", "number")}
    try:
        return act(seller, orders_of_customer(seller, **named))
    except DomainError as error:
        return _page(request, customer=request.POST, customer_problem=str(error))


def _with_user(request: SignedInRequest, act: Callable[[User], HttpResponse]) -> HttpResponse:
    form = UserForm(request.POST)
    users = User.objects.visible_to(request.viewer)
    email = form.cleaned_data["email"].lower() if form.is_valid() else ""
    user = users.filter(email=email).first()
    try:
        if user is None:
            raise DomainError(say("There is no user with this e-mail address."))
        return act(user)
    except DomainError as error:
        return _page(request, user_given=request.POST, user_problem=str(error))


def _file(name: str, found: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(request: SignedInRequest, **context: Any) -> HttpResponse:
    is_refused = "customer_problem" in context or "user_problem" in context
    context |= {
        "sellers": Seller.objects.visible_to(request.viewer).order_by("name")[:MOST_SHOWN],
        "due": what_is_due(),
        "for_ever": [rule for rule in RULES if rule.days is None],
        "most_counted": MOST_COUNTED,
    }
    status = 422 if is_refused else 200
    return render(request, "dashboard/personal_data.html", context, status=status)
