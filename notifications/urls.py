"""Addresses of messages: the choices of sellers and customers, what providers call, the outbox."""

from django.urls import path

from notifications.views.browsers import browser, worker
from notifications.views.decisions import again, leave
from notifications.views.deliveries import delivery, replay_delivery, replay_range
from notifications.views.mail_hooks import take_mail_reports
from notifications.views.outbox import outbox, outbox_html
from notifications.views.senders import message_sender
from notifications.views.settings import message_settings
from notifications.views.sms_hooks import sms_inbound, sms_report
from notifications.views.suppressions import allow, suppressed
from notifications.views.updates import unsubscribe, updates
from notifications.views.webhooks import (
    add_webhook,
    change_webhook,
    delete_webhook,
    pause_webhook,
    resume_webhook,
    rotate_webhook,
    test_webhook,
    webhook,
    webhooks,
)

WEBHOOKS = "dashboard/settings/webhooks/"

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
    path(WEBHOOKS, webhooks, name="dashboard_webhooks"),
    path(f"{WEBHOOKS}add/", add_webhook, name="dashboard_add_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/", webhook, name="dashboard_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/change/", change_webhook, name="dashboard_change_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/test/", test_webhook, name="dashboard_test_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/pause/", pause_webhook, name="dashboard_pause_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/resume/", resume_webhook, name="dashboard_resume_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/rotate/", rotate_webhook, name="dashboard_rotate_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/replay/", replay_range, name="dashboard_replay_webhook"),
    path(f"{WEBHOOKS}<uuid:pk>/delete/", delete_webhook, name="dashboard_delete_webhook"),
    path("dashboard/settings/deliveries/<int:pk>/", delivery, name="dashboard_delivery"),
    path(
        "dashboard/settings/deliveries/<int:pk>/replay/",
        replay_delivery,
        name="dashboard_replay_delivery",
    ),
    path("dev/outbox/", outbox, name="outbox"),
    path("dev/outbox/<str:name>/", outbox, name="outbox_message"),
    path("dev/outbox/<str:name>/html/", outbox_html, name="outbox_html"),
]
