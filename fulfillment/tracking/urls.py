"""The addresses that customers and shops call."""

from django.urls import path

from fulfillment.tracking.views import returns
from fulfillment.tracking.views import show as tracking
from orders.intake import views as hooks

track_urls = [
    path("track/<str:token>/", tracking.show, name="track"),
    path("track/<str:token>/state.json", tracking.state, name="track_state"),
    path("track/<str:token>/return/", returns.ask, name="track_return"),
]
hook_urls = [path("hooks/shops/<uuid:channel_id>/", hooks.take_order, name="shop_hook")]
