"""URLs of the API, under /api/v1/."""

from django.urls import path

from fulfillment.api.events import EventList
from fulfillment.api.orders import OrderDetail, OrderList
from fulfillment.api.unknown import unknown

urlpatterns = [
    path("api/v1/orders/", OrderList.as_view(), name="api_orders"),
    path("api/v1/orders/<uuid:pk>/", OrderDetail.as_view(), name="api_order"),
    path("api/v1/events/", EventList.as_view(), name="api_events"),
    path("api/<path:rest>", unknown, name="api_unknown"),
]
