"""Messages in the operator's admin: to look at, never to change."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from notifications.models import Attempt, Delivery, Endpoint, Message


class ReadOnly:
    """Only the portal writes these rows; people read them."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AttemptInline(ReadOnly, TabularInline):
    model = Attempt
    extra = 0
    ordering = ["number"]


@admin.register(Message)
class MessageAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "template", "channel", "recipient", "status", "reason", "created_at"]
    list_filter = ["status", "channel", "template"]
    list_select_related = ["order"]
    search_fields = ["order__number", "recipient"]
    show_full_result_count = False
    ordering = ["-id"]
    inlines = [AttemptInline]


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, ModelAdmin):
    list_display = ["message", "number", "provider", "outcome", "answer", "started_at"]
    list_filter = ["outcome", "provider"]
    show_full_result_count = False
    ordering = ["-id"]


@admin.register(Endpoint)
class EndpointAdmin(ReadOnly, ModelAdmin):
    list_display = ["url", "seller", "failures", "failing_since", "paused_at", "disabled_at"]
    list_select_related = ["seller"]
    search_fields = ["url", "seller__name"]
    exclude = ["secret", "previous_secret"]
    ordering = ["-created_at"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "kind", "endpoint", "problem", "attempts_made", "delivered_at"]
    list_select_related = ["endpoint"]
    search_fields = ["webhook_id"]
    show_full_result_count = False
    ordering = ["-id"]
