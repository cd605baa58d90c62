"""URLs of the pages of services, under /dashboard/settings/."""

from django.urls import path

from fulfillment.dashboard.views import services

urlpatterns = [
    path("settings/services/", services.services, name="dashboard_services"),
    path("settings/sellers/<uuid:pk>/services/new/", services.new, name="dashboard_new_service"),
    path("settings/sellers/<uuid:pk>/services/try/", services.try_it, name="dashboard_try_address"),
    path("settings/sellers/<uuid:pk>/services/", services.adopt, name="dashboard_adopt_services"),
    path("settings/services/<uuid:pk>/", services.edit, name="dashboard_edit_service"),
    path("settings/services/<uuid:pk>/move/", services.shift, name="dashboard_shift_service"),
    path("settings/services/<uuid:pk>/switch/", services.switch, name="dashboard_switch_service"),
    path("settings/services/<uuid:pk>/delete/", services.delete, name="dashboard_withdraw_service"),
]
