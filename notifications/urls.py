"""Addresses of the messages: sellers' and customers' choices, and the outbox of development."""

from django.urls import path

from notifications.views.browsers import browser, worker
from notifications.views.decisions import again, leave
from notifications.views.outbox import outbox, outbox_html
from notifications.views.settings import message_settings
from notifications.views.updates import unsubscribe, updates

urlpatterns = [
    path("dashboard/messages/", message_settings, name="message_settings"),
    path("dashboard/messages/<int:pk>/again/", again, name="message_again"),
    path("dashboard/messages/<int:pk>/leave/", leave, name="message_leave"),
    path("track/worker.js", worker, name="push_worker"),
    path("track/<str:token>/updates/", updates, name="track_updates"),
    path("track/<str:token>/unsubscribe/email/", unsubscribe, name="track_unsubscribe"),
    path("track/<str:token>/push/", browser, name="track_push"),
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox, name="outbox_message"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
]
