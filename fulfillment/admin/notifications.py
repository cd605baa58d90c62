"""Admin of notifications: messages and webhooks read-only, sender domains to verify."""

from datetime import timedelta
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from notifications.channels.sender_domains import verify_sender
from notifications.models import Attempt, Delivery, Endpoint, Message, SendingDomain
from orders.errors import DomainError
from orders.models import User

SETTLED = timedelta(hours=1)


class ReadOnly:
    """Rows that the admin only shows: actions write them."""

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


def _check_age(row: SendingDomain) -> None:
    """Check that the address was not changed just now. Raises DomainError.

    A seller could change it after the operator saw the TXT record of another domain.
    """
    if timezone.now() - row.entered_at < SETTLED:
        raise DomainError(
            f"{row.address} was entered less than an hour ago: "
            "check its TXT record again when the hour is over."
        )


@admin.register(SendingDomain)
class SendingDomainAdmin(ReadOnly, ModelAdmin):
    list_display = ["seller", "address", "record_name", "record_value", "entered_at", "verified_at"]
    list_filter = [("verified_at", admin.EmptyFieldListFilter)]
    list_select_related = ["seller"]
    search_fields = ["address", "seller__name"]
    ordering = ["-entered_at"]
    actions = ["mark_verified"]

    @admin.action(
        description="Verify: TXT record is in place and our mail provider may send for the domain"
    )
    def mark_verified(self, request: HttpRequest, queryset: QuerySet[SendingDomain]) -> None:
        operator = cast(User, request.user)
        for row in queryset:
            try:
                _check_age(row)
                verify_sender(row, actor=operator)
            except DomainError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{row.address} is verified: mails are now sent from it.")


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
