"""URLs of announced goods, under /dashboard/."""

from django.urls import path

from fulfillment.dashboard.views import inbounds

urlpatterns = [
    path("inbound/", inbounds.inbounds, name="dashboard_inbounds"),
    path("inbound/new/", inbounds.announce, name="dashboard_announce"),
    path("inbound/<uuid:pk>/", inbounds.inbound, name="dashboard_inbound"),
    path("inbound/<uuid:pk>/cancel/", inbounds.cancel, name="dashboard_cancel_inbound"),
    path("inbound/<uuid:pk>/settle/", inbounds.settle, name="dashboard_settle_inbound"),
    path("damages/<uuid:pk>/", inbounds.photo, name="dashboard_damage"),
]
