"""Addresses of messages: the choices of sellers and customers, what providers call, the outbox."""

from django.urls import path

from notifications.views.browsers import browser, worker
from notifications.views.decisions import again, leave
from notifications.views.mail_hooks import take_mail_reports
from notifications.views.outbox import outbox, outbox_html
from notifications.views.senders import message_sender
from notifications.views.settings import message_settings
from notifications.views.sms_hooks import sms_inbound, sms_report
from notifications.views.suppressions import allow, suppressed
from notifications.views.updates import unsubscribe, updates

urlpatterns = [
    path("dashboard/messages/", message_settings, name="message_settings"),
    path("dashboard/messages/sender/", message_sender, name="message_sender"),
    path("dashboard/messages/suppressed/", suppressed, name="suppressed"),
    path("dashboard/messages/suppressed/<int:pk>/allow/", allow, name="suppression_allow"),
    path("dashboard/messages/<int:pk>/again/", again, name="message_again"),
    path("dashboard/messages/<int:pk>/leave/", leave, name="message_leave"),
    path("track/worker.js", worker, name="push_worker"),
    path("track/<str:token>/updates/", updates, name="track_updates"),
    path("track/<str:token>/unsubscribe/email/", unsubscribe, name="track_unsubscribe"),
    path("track/<str:token>/push/", browser, name="track_push"),
    path("hooks/mail/<slug:provider>/", take_mail_reports, name="mail_hook"),
    path("hooks/sms/<str:provider>/", sms_report, name="sms_report"),
    path("hooks/sms/<str:provider>/inbound/", sms_inbound, name="sms_inbound"),
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox, name="outbox_message"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
]
