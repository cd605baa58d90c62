"""URLs of the pages of services and warehouses, under /dashboard/."""

from django.urls import path

from fulfillment.dashboard.views import services
from fulfillment.dashboard.views.buildings import listing, moving

urlpatterns = [
    path("settings/services/", services.services, name="dashboard_services"),
    path("settings/sellers/<uuid:pk>/services/new/", services.new, name="dashboard_new_service"),
    path("settings/sellers/<uuid:pk>/services/try/", services.try_it, name="dashboard_try_address"),
    path("settings/sellers/<uuid:pk>/services/", services.adopt, name="dashboard_adopt_services"),
    path("settings/services/<uuid:pk>/", services.edit, name="dashboard_edit_service"),
    path("settings/services/<uuid:pk>/move/", services.shift, name="dashboard_shift_service"),
    path("settings/services/<uuid:pk>/switch/", services.switch, name="dashboard_switch_service"),
    path("settings/services/<uuid:pk>/delete/", services.delete, name="dashboard_withdraw_service"),
    path("settings/warehouses/", listing.buildings, name="dashboard_buildings"),
    path("settings/warehouses/<uuid:pk>/move/", listing.shift, name="dashboard_shift_building"),
    path("settings/warehouses/<uuid:pk>/pause/", listing.pause, name="dashboard_pause_building"),
    path("settings/warehouses/<uuid:pk>/remove/", listing.remove, name="dashboard_remove_building"),
    path(
        "settings/warehouses/<uuid:pk>/returns/", listing.returns, name="dashboard_building_returns"
    ),
    path("shipments/<uuid:pk>/move/", moving.move, name="dashboard_move_shipment"),
]
