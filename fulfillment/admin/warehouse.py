"""Admin of the warehouse: locations can be edited, stock and movements are read-only."""

from django.contrib import admin

from fulfillment.admin.orders import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline
from orders.models import Package, PickupPoint
from warehouse.models import (
    Cart,
    Carton,
    Correction,
    CountedUnits,
    CountTask,
    Inbound,
    InboundDamage,
    InboundLine,
    Location,
    Lot,
    Manifest,
    PackedSerial,
    PickFace,
    PickLine,
    PickList,
    PutWall,
    ReplenishTask,
    Reservation,
    Run,
    Stock,
    StockLimits,
    StockMovement,
    Stop,
    Supply,
    Wave,
)


@admin.register(Location)
class LocationAdmin(KeptAdmin):
    list_display = ("code", "kind", "is_staging", "closed_at", "warehouse", "walk_position")
    list_filter = ("kind", "is_staging", "warehouse")
    list_select_related = ("warehouse",)
    search_fields = ("code",)
    ordering = ("warehouse", "walk_position")
    # Slots and cells are made with their cart or wall, and who blocks a location takes what lies
    # there from orders.
    exclude = ("cart", "wall", "blocked_at", "blocked_note")


@admin.register(PickupPoint)
class PickupPointAdmin(ReadOnlyAdmin):
    list_display = ("name", "warehouse", "street", "postcode", "city", "is_active")
    list_filter = ("is_active", "warehouse")
    list_select_related = ("warehouse",)


@admin.register(Supply)
class SupplyAdmin(ReadOnlyAdmin):
    list_display = ("product", "warehouse", "seller", "on_hand", "reserved", "available")
    list_filter = ("warehouse", "seller")
    list_select_related = ("product", "warehouse", "seller")
    search_fields = ("product__sku", "product__title")


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    list_display = ("product", "location", "lot", "on_hand", "pinned", "closed_at")
    list_filter = ("location__warehouse", "seller")
    list_select_related = ("product", "location")
    search_fields = ("product__sku__exact", "location__code__exact", "lot__exact")


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ("at", "product", "location", "quantity", "reason", "actor")
    list_filter = ("reason", "location__warehouse", "seller")
    list_select_related = ("product", "location", "actor")
    search_fields = ("product__sku__exact", "location__code__exact")


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("supply", "line", "quantity")
    list_select_related = ("supply__product", "line")
    search_fields = ("supply__product__sku__exact", "line__order__number__exact")


class PickLineInline(ReadOnlyInline):
    model = PickLine
    fields = ("position", "stock", "quantity", "picked", "short", "short_reason")


@admin.register(PickList)
class PickListAdmin(ReadOnlyAdmin):
    list_display = ("shipment", "picker", "tote", "status", "created_at")
    list_filter = ("status", "warehouse")
    list_select_related = ("shipment", "picker", "tote")
    search_fields = ("shipment__number__exact", "picker__email")
    inlines = (PickLineInline,)


class StopInline(ReadOnlyInline):
    model = Stop
    fields = ("position", "window_starts", "window_ends", "finished_at")


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("courier", "on", "warehouse", "status")
    list_filter = ("status", "warehouse")
    list_select_related = ("courier", "warehouse")
    search_fields = ("courier__name", "courier__email")
    inlines = (StopInline,)


@admin.register(Manifest)
class ManifestAdmin(ReadOnlyAdmin):
    list_display = ("closed_at", "carrier", "warehouse", "handed_over", "expected", "rest")
    list_filter = ("warehouse", "rest")
    list_select_related = ("warehouse",)


@admin.register(StockLimits)
class StockLimitsAdmin(KeptAdmin):
    list_display = ("warehouse", "asks_above", "approves_above")
    list_select_related = ("warehouse",)


@admin.register(Carton)
class CartonAdmin(KeptAdmin):
    list_display = ("name", "code", "grams", "varies_grams", "warehouse", "closed_at")
    list_select_related = ("warehouse",)


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    list_display = ("code", "slots", "warehouse", "retired_at")
    list_select_related = ("warehouse",)


@admin.register(PutWall)
class PutWallAdmin(ReadOnlyAdmin):
    list_display = ("code", "cells", "most_units", "scans_cells", "warehouse", "retired_at")
    list_select_related = ("warehouse",)


@admin.register(Wave)
class WaveAdmin(ReadOnlyAdmin):
    list_display = ("released_at", "warehouse", "shipments", "carrier", "until", "released_by")
    list_select_related = ("warehouse", "released_by")


class CountedUnitsInline(ReadOnlyInline):
    model = CountedUnits
    fields = ("product", "counter", "units", "books")


@admin.register(CountTask)
class CountTaskAdmin(ReadOnlyAdmin):
    list_display = ("location", "cause", "status", "counter", "created_at", "ended_at")
    list_filter = ("status", "cause", "warehouse")
    list_select_related = ("location", "counter")
    search_fields = ("location__code__exact",)
    inlines = (CountedUnitsInline,)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = (
        "asked_at",
        "product",
        "location",
        "to",
        "units",
        "reason",
        "status",
        "asked_by",
    )
    list_filter = ("status", "reason", "location__warehouse", "seller")
    list_select_related = ("product", "location", "to", "asked_by")
    search_fields = ("product__sku__exact", "location__code__exact")


class InboundLineInline(ReadOnlyInline):
    model = InboundLine
    fields = ("position", "product", "announced", "received", "damaged")


@admin.register(Inbound)
class InboundAdmin(ReadOnlyAdmin):
    list_display = ("number", "reference", "seller", "expected_on", "status", "differs")
    list_filter = ("status", "warehouse", "seller")
    list_select_related = ("seller",)
    search_fields = ("number__exact", "reference__exact")
    inlines = (InboundLineInline,)


@admin.register(InboundDamage)
class InboundDamageAdmin(ReadOnlyAdmin):
    list_display = ("reported_at", "line", "units", "reason", "reported_by")
    list_filter = ("reason", "seller")
    list_select_related = ("line__product", "reported_by")
    exclude = ("image",)


@admin.register(PackedSerial)
class PackedSerialAdmin(ReadOnlyAdmin):
    list_display = ("number", "product", "package", "came_back_at")
    list_filter = ("seller",)
    list_select_related = ("product", "package_line__package")
    search_fields = ("number__exact", "product__sku__exact")

    @admin.display(ordering="package_line__package__number")
    def package(self, row: PackedSerial) -> Package:
        return row.package_line.package


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    list_display = ("product", "code", "expires_on", "blocked_at", "changed_by")
    list_filter = ("seller",)
    list_select_related = ("product", "changed_by")
    search_fields = ("code__exact", "product__sku__exact")


@admin.register(PickFace)
class PickFaceAdmin(ReadOnlyAdmin):
    list_display = ("product", "location", "minimum", "target")
    list_filter = ("location__warehouse", "seller")
    list_select_related = ("product", "location")
    search_fields = ("product__sku__exact", "location__code__exact")


@admin.register(ReplenishTask)
class ReplenishTaskAdmin(ReadOnlyAdmin):
    list_display = ("face", "source", "units", "status", "worker", "created_at", "ended_at")
    list_filter = ("status", "source__warehouse", "seller")
    list_select_related = ("face__product", "face__location", "source", "worker")
