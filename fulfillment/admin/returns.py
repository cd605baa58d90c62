"""Admin of returns: their rules, what they hold, and what differs; all of it is read-only."""

from django.contrib import admin

from fulfillment.admin.orders import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Discrepancy, Return, ReturnLine, ReturnRule


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = ("line", "requested", "approved", "refused", "received", "restocked", "written_off")


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "seller", "status", "reason", "created_at")
    list_filter = ("status", "reason", "seller")
    list_select_related = ("order", "seller")
    search_fields = ("number__exact", "order__number__exact")
    inlines = (ReturnLineInline,)


@admin.register(ReturnRule)
class ReturnRuleAdmin(ReadOnlyAdmin):
    list_display = ("seller", "position", "outcome", "deleted_at")
    list_filter = ("outcome", "seller")
    list_select_related = ("seller",)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    list_display = ("found_at", "seller", "order", "kind", "quantity", "status", "decision")
    list_filter = ("status", "kind", "seller")
    list_select_related = ("seller", "order")
    search_fields = ("order__number__exact",)
