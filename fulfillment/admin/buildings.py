"""Admin of the warehouses from which sellers ship: the operator adds them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from fulfillment.admin.orders import KeptAdmin
from orders.accounts.buildings import add_building, why_not_added
from orders.models import SellerWarehouse, User


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
        actor = request.user if isinstance(request.user, User) else None
        added = add_building(obj.seller, obj.warehouse, actor=actor)
        obj.pk, obj._state.adding = added.pk, False
