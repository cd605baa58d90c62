"""The addresses that customers and shops call."""

from django.urls import path

from orders.views import hooks

hook_urls = [path("hooks/shops/<uuid:channel_id>/", hooks.take_order, name="shop_hook")]
