"""Admin of orders: accounts can be edited, orders and events are read-only."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from fulfillment.keyset import MOST_COUNTED
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.members import end_operator
from orders.catalogue.products import why_sku_stays
from orders.models import (
    ApiKey,
    Barcode,
    BulkJob,
    DeadLetter,
    Destination,
    Event,
    Hold,
    Import,
    KitPart,
    LabelRequest,
    Member,
    Order,
    OrderChange,
    OrderLine,
    Package,
    Product,
    ProductChange,
    RoutingRule,
    SalesChannel,
    Service,
    Shipment,
    User,
    Warehouse,
    Wish,
)
from orders.shops import channel_kinds, kind_name


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # Django's takes none when it runs
    """A paginator with a limited count, since a full count of a large table is slow."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows[: MOST_COUNTED + 1].count()


class KeptAdmin(ModelAdmin):
    """Rows that can be added and changed, but not deleted: other rows refer to them."""

    show_full_result_count = False
    paginator: "type[Paginator[Any]]" = CappedPaginator
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that the admin only shows: actions write them."""

    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Read-only child rows."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")
        field_classes: dict[str, type] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class KnownUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


def only_open(field: Any) -> dict[str, Any]:
    """What a field of a form is given, so that nobody begins in a warehouse that is closed."""
    rows = Warehouse.objects.filter(closed_at__isnull=True)
    return {"queryset": rows} if field.name == "warehouse" else {}


class MemberInline(TabularInline):
    """Roles can be added here; they are taken away on the pages of members, which end sessions."""

    model = Member
    extra = 0
    autocomplete_fields = ("seller", "warehouse")
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **given: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **given, **only_open(db_field))


@admin.register(User)
class UserAdmin(DjangoUserAdmin, KeptAdmin):  # type: ignore[type-arg]  # as above
    form, add_form, change_password_form = KnownUserForm, NewUserForm, AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "members__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_superuser" in form.changed_data and not obj.is_superuser:
            end_operator(obj)

    @method_decorator(fresh_sign_in_required)
    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(*args, **kwargs)

    @method_decorator(fresh_sign_in_required)
    def user_change_password(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().user_change_password(*args, **kwargs)


class SalesChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """Choices of channel kinds come from the registry: the column has none."""

    kind = forms.ChoiceField(choices=channel_kinds, widget=UnfoldAdminSelectWidget)


class KindFilter(admin.SimpleListFilter):
    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return channel_kinds()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(SalesChannel)
class SalesChannelAdmin(KeptAdmin):
    form = SalesChannelForm
    list_display = ("name", "kind_name", "seller", "is_active", "created_at")
    list_filter = (KindFilter, "is_active")
    list_select_related = ("seller",)
    search_fields = ("name", "seller__name")
    autocomplete_fields = ("seller",)
    exclude = ("secret", "previous_secret", "previous_until")

    @admin.display(description="kind", ordering="kind")
    def kind_name(self, channel: SalesChannel) -> str:
        return kind_name(channel.kind)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "seller", "channel", "created_at", "expires_at",
                    "last_used_at", "revoked_at")  # fmt: skip
    list_select_related = ("seller", "channel")
    search_fields = ("name", "prefix", "seller__name")
    exclude = ("key_hash",)


class BarcodeInline(TabularInline):
    model = Barcode
    extra = 0
    fields = ("code", "units")


class KitPartInline(ReadOnlyInline):
    model = KitPart
    fk_name = "kit"
    fields = ("part", "units")


class ProductChangeInline(ReadOnlyInline):
    model = ProductChange
    fields = ("field", "before", "after")


@admin.register(Product)
class ProductAdmin(KeptAdmin):
    list_display = ("sku", "title", "seller", "weight_grams", "is_active")
    list_filter = ("is_active", "seller")
    list_select_related = ("seller",)
    search_fields = ("sku", "title")
    autocomplete_fields = ("seller",)
    ordering = ("seller", "sku")
    inlines = (BarcodeInline, KitPartInline, ProductChangeInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A SKU of which orders and labels speak stays, here too."""
        return ("sku",) if obj and why_sku_stays(obj) else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Set the seller of a barcode to that of its product."""
        for barcode in formset.save(commit=False):
            barcode.seller_id = form.instance.seller_id
            barcode.save()
        for barcode in formset.deleted_objects:
            barcode.delete()


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fk_name = "order"
    fields = ("position", "sku", "title", "kit_line", "ordered", "allocated", "backordered",
              "picked", "packed", "shipped", "delivered", "returned", "cancelled")  # fmt: skip


class HoldInline(ReadOnlyInline):
    model = Hold
    fields = ("reason", "detail", "opened_at", "opened_by", "released_at", "released_by")


class OrderChangeInline(ReadOnlyInline):
    model = OrderChange
    fields = ("field", "before", "after", "event")


class WishInline(ReadOnlyInline):
    model = Wish
    fields = ("kind", "text", "on", "made_at", "ended_at", "end")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "seller", "channel", "status", "ship_by", "created_at")
    list_filter = ("status", "seller")
    list_select_related = ("seller", "channel")
    search_fields = ("number__exact", "reference__exact", "email__exact")
    exclude = ("tracking_hash",)
    inlines = (OrderLineInline, HoldInline, OrderChangeInline, WishInline)


class PackageInline(ReadOnlyInline):
    model = Package
    fields = ("number", "status", "carrier", "tracking_number", "weight_grams", "delivered_at")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ("number", "seller", "warehouse", "status", "ship_by")
    list_filter = ("status", "warehouse", "seller")
    list_select_related = ("seller", "warehouse")
    search_fields = ("number__exact",)
    inlines = (PackageInline,)


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ("order", "title", "error", "tries", "failed_at", "retry_at", "seller")
    list_filter = ("work", "seller")
    list_select_related = ("order", "seller")
    search_fields = ("order__number__exact",)


@admin.register(BulkJob)
class BulkJobAdmin(ReadOnlyAdmin):
    list_display = ("act", "seller", "actor", "total", "created_at", "finished_at")
    list_filter = ("act", "seller")
    list_select_related = ("seller", "actor")
    exclude = ("given",)


@admin.register(RoutingRule)
class RoutingRuleAdmin(ReadOnlyAdmin):
    list_display = ("name", "seller", "position", "is_active", "deleted_at")
    list_filter = ("is_active", "seller")
    list_select_related = ("seller",)


class DestinationInline(ReadOnlyInline):
    model = Destination


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin):
    list_display = ("name", "seller", "position", "carrier", "is_active", "deleted_at")
    list_filter = ("is_active", "carrier", "seller")
    list_select_related = ("seller",)
    inlines = (DestinationInline,)


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """How far uploaded files are; never what stands in them."""

    list_display = (
        "name",
        "kind",
        "seller",
        "warehouse",
        "state",
        "rows",
        "rejected",
        "created_at",
    )
    list_filter = ("kind", "state", "seller")
    list_select_related = ("seller", "warehouse")
    fields = (
        *(
            "name",
            "kind",
            "seller",
            "warehouse",
            "channel",
            "actor",
            "size",
            "form",
            "state",
            "trouble",
        ),
        *("position", "rows", "to_create", "to_update", "created", "updated", "skipped"),
        *("rejected", "created_at", "worked_at", "finished_at"),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Import]":
        rows: QuerySet[Import] = super().get_queryset(request)
        return rows.defer("content", "sample")


@admin.register(LabelRequest)
class LabelRequestAdmin(ReadOnlyAdmin):
    list_display = ("package", "carrier", "tracking_number", "asked_at", "answered_at", "cause",
                    "attempts", "due_at", "unwanted_at", "voided_at")  # fmt: skip
    list_filter = ("carrier", "cause")
    list_select_related = ("package",)
    search_fields = ("tracking_number__exact", "package__number__exact")
    exclude = ("file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LabelRequest]:
        rows: QuerySet[LabelRequest] = super().get_queryset(request)
        return rows.defer("file")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "seller", "order", "actor", "data")
    list_filter = ("seller",)
    list_select_related = ("seller", "order", "actor")
    search_fields = ("kind__exact", "order__number__exact")
