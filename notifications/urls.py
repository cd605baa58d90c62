"""Addresses of messages: a seller's choices, what providers call, the outbox of development."""

from django.urls import path

from notifications.views.decisions import again, leave
from notifications.views.outbox import outbox, outbox_html
from notifications.views.settings import message_settings
from notifications.views.sms_hooks import sms_inbound, sms_report

urlpatterns = [
    path("dashboard/messages/", message_settings, name="message_settings"),
    path("dashboard/messages/<int:pk>/again/", again, name="message_again"),
    path("dashboard/messages/<int:pk>/leave/", leave, name="message_leave"),
    path("hooks/sms/<str:provider>/", sms_report, name="sms_report"),
    path("hooks/sms/<str:provider>/inbound/", sms_inbound, name="sms_inbound"),
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox, name="outbox_message"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
]
