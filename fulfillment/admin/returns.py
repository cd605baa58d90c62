"""Admin of returns: rules, contents, what differs, what is owed; all of it is read-only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from fulfillment.admin.orders import ReadOnlyAdmin, ReadOnlyInline
from orders.models import (
    Charge,
    Discrepancy,
    ManyReturns,
    Refund,
    RefundLine,
    Repair,
    Return,
    ReturnLabel,
    ReturnLine,
    ReturnReason,
    ReturnRule,
)


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = (
        "line", "condition", "requested", "approved", "refused", "received", "restocked",
        "written_off",
    )  # fmt: skip


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


@admin.register(ReturnReason)
class ReturnReasonAdmin(ReadOnlyAdmin):
    list_display = ("seller", "position", "meaning", "photo", "comment", "is_on")
    list_filter = ("meaning", "seller")
    list_select_related = ("seller",)


@admin.register(ManyReturns)
class ManyReturnsAdmin(ReadOnlyAdmin):
    list_display = ("product", "seller", "delivered", "returned", "usual_delivered", "since")
    list_filter = ("seller",)
    list_select_related = ("product", "seller")


class RefundLineInline(ReadOnlyInline):
    model = RefundLine
    fields = ("line", "units", "goods", "discount", "tax")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("owed_at", "seller", "order", "status", "amount", "currency", "paid")
    list_filter = ("status", "seller")
    list_select_related = ("seller", "order")
    search_fields = (
        "order__number__exact",
        "order_return__number__exact",
        "former_of__number__exact",
    )
    inlines = (RefundLineInline,)


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = ("order", "seller", "discount", "tax", "shipping", "paid", "owed")
    list_filter = ("seller",)
    list_select_related = ("seller", "order")
    search_fields = ("order__number__exact",)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    list_display = ("found_at", "seller", "order", "kind", "quantity", "status", "decision")
    list_filter = ("status", "kind", "seller")
    list_select_related = ("seller", "order")
    search_fields = ("order__number__exact",)


@admin.register(ReturnLabel)
class ReturnLabelAdmin(ReadOnlyAdmin):
    list_display = ("order_return", "carrier", "tracking_number", "asked_at", "answered_at",
                    "cause", "attempts", "due_at", "failed_at", "unwanted_at", "voided_at",
                    "handed_in_at", "arrived_at")  # fmt: skip
    list_filter = ("carrier", "cause")
    list_select_related = ("order_return",)
    search_fields = ("tracking_number__exact", "order_return__number__exact")
    exclude = ("file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLabel]:
        rows: QuerySet[ReturnLabel] = super().get_queryset(request)
        return rows.defer("file")


@admin.register(Repair)
class RepairAdmin(ReadOnlyAdmin):
    list_display = ("found_at", "seller", "order_return", "quantity", "status", "sent_as")
    list_filter = ("status", "seller")
    list_select_related = ("seller", "order_return", "sent_as")
    search_fields = ("order__number__exact", "order_return__number__exact")
