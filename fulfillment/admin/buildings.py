"""Admin of warehouses, and of sellers with the warehouses from which they ship."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from fulfillment.admin.orders import KeptAdmin
from orders.accounts.buildings import add_building, make_usual, why_not_added
from orders.models import Seller, SellerWarehouse, User, Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(KeptAdmin):
    list_display = ("name", "code", "city", "country", "time_zone", "cut_off_hour")
    search_fields = ("name", "code")


@admin.register(Seller)
class SellerAdmin(KeptAdmin):
    list_display = ("name", "slug", "warehouse", "email", "created_at")
    list_filter = ("warehouse",)
    list_select_related = ("warehouse",)
    search_fields = ("name", "slug", "email")
    prepopulated_fields = {"slug": ("name",)}

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


@admin.register(SellerWarehouse)
class SellerWarehouseAdmin(KeptAdmin):
    form = SellerWarehouseForm
    list_display = ("seller", "warehouse", "position", "is_paused", "takes_returns")
    list_filter = ("warehouse", "is_paused")
    list_select_related = ("seller", "warehouse")
    search_fields = ("seller__name", "warehouse__name")
    fields = ("seller", "warehouse")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        added = add_building(obj.seller, obj.warehouse, actor=_actor(request))
        obj.pk, obj._state.adding = added.pk, False


def _actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
