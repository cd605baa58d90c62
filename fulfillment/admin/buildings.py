"""Admin of warehouses, and of sellers with the warehouses from which they ship."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from fulfillment.admin.orders import KeptAdmin, only_open
from orders.accounts.buildings import (
    add_building,
    close_warehouse,
    make_usual,
    open_warehouse,
    remove_building,
    why_not_added,
)
from orders.errors import DomainError
from orders.models import Seller, SellerWarehouse, User, Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(KeptAdmin):
    list_display = ("name", "code", "city", "country", "time_zone", "cut_off_hour", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "code")
    readonly_fields = ("closed_at",)
    actions = ("close", "open_again")

    @admin.action(description="Close: nobody works there any more", permissions=["change"])
    def close(self, request: HttpRequest, chosen: QuerySet[Warehouse]) -> None:
        self._each(request, chosen, close_warehouse, "Closed.")

    @admin.action(description="Open again", permissions=["change"])
    def open_again(self, request: HttpRequest, chosen: QuerySet[Warehouse]) -> None:
        self._each(request, chosen, open_warehouse, "Opened again.")

    def _each(
        self,
        request: HttpRequest,
        chosen: QuerySet[Warehouse],
        act: Callable[[Warehouse], None],
        done: str,
    ) -> None:
        for warehouse in chosen.order_by("name"):
            _try(self, request, warehouse, partial(act, warehouse), done)


@admin.register(Seller)
class SellerAdmin(KeptAdmin):
    list_display = ("name", "slug", "warehouse", "email", "created_at")
    list_filter = ("warehouse",)
    list_select_related = ("warehouse",)
    search_fields = ("name", "slug", "email")
    prepopulated_fields = {"slug": ("name",)}

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **given: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **given, **only_open(db_field))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        wanted = obj.warehouse
        if change and "warehouse" in form.changed_data:
            obj.warehouse = Warehouse.objects.get(pk=form.initial["warehouse"])
        super().save_model(request, obj, form, change)
        if wanted != obj.warehouse:
            make_usual(obj, wanted, actor=_actor(request))
            obj.warehouse = wanted


class SellerWarehouseForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's takes none
    """Refuses what the action would, before it is saved."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        seller, warehouse = given.get("seller"), given.get("warehouse")
        if seller and warehouse and (refusal := why_not_added(seller, warehouse)):
            self.add_error("warehouse", refusal)
        return given

    def _get_validation_exclusions(self) -> set[str]:
        """One that was taken off the list is put on it again: its row is no obstacle."""
        mine = super()._get_validation_exclusions()  # type: ignore[misc]  # its stubs lack it
        return {*mine, "seller"}


@admin.register(SellerWarehouse)
class SellerWarehouseAdmin(KeptAdmin):
    form = SellerWarehouseForm
    list_display = ("seller", "warehouse", "position", "is_paused", "takes_returns", "removed_at")
    list_filter = ("warehouse", "is_paused", ("removed_at", admin.EmptyFieldListFilter))
    list_select_related = ("seller", "warehouse")
    search_fields = ("seller__name", "warehouse__name")
    fields = ("seller", "warehouse")
    actions = ("take_off",)

    @admin.action(description="Take off the seller's list", permissions=["add"])
    def take_off(self, request: HttpRequest, chosen: QuerySet[SellerWarehouse]) -> None:
        for row in chosen.select_related("seller", "warehouse").order_by("pk"):
            leave = partial(remove_building, row, actor=_actor(request))
            _try(self, request, row, leave, "Taken off the list.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        added = add_building(obj.seller, obj.warehouse, actor=_actor(request))
        obj.pk, obj._state.adding = added.pk, False


def _try(
    page: "KeptAdmin", request: HttpRequest, row: Any, act: Callable[[], None], done: str
) -> None:
    """Do it, or say why it cannot be; what was done is in the history of the row."""
    try:
        act()
    except DomainError as refused:
        page.message_user(request, str(refused), messages.ERROR)
        return
    page.log_change(request, row, done)
    page.message_user(request, f"{row}: {done}", messages.SUCCESS)


def _actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
