"""URLs of the development outbox."""

from django.urls import path

from fulfillment.demo.views import outbox, outbox_html

urlpatterns = [
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox, name="outbox_message"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
]
