"""Addresses of messages: the choices of sellers and customers, what providers call, the outbox."""

from django.urls import path

from fulfillment.dashboard.views.messages import previews, texts
from fulfillment.dashboard.views.messages.decisions import again, leave
from fulfillment.dashboard.views.messages.deliveries import (
    delivery,
    replay_delivery,
    replay_range,
)
from fulfillment.dashboard.views.messages.dry_run import (
    quiet_dry_run,
    text_dry_run,
    triggers_dry_run,
)
from fulfillment.dashboard.views.messages.look import brand, look
from fulfillment.dashboard.views.messages.sellers import first_seller
from fulfillment.dashboard.views.messages.senders import message_sender
from fulfillment.dashboard.views.messages.settings import message_settings
from fulfillment.dashboard.views.messages.suppressions import allow, suppressed
from fulfillment.dashboard.views.messages.triggers import triggers
from fulfillment.dashboard.views.messages.webhooks import (
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
from fulfillment.demo.views import outbox, outbox_html
from fulfillment.tracking.views.browsers import browser, worker
from fulfillment.tracking.views.updates import unsubscribe, updates
from notifications.reports.views.mail import take_mail_reports
from notifications.reports.views.sms import sms_inbound, sms_report

WEBHOOKS = "dashboard/settings/webhooks/"

TEXT = "dashboard/messages/texts/<uuid:seller_id>/<slug:template>"

urlpatterns = [
    path("dashboard/messages/", message_settings, name="message_settings"),
    path("dashboard/messages/sender/", message_sender, name="message_sender"),
    path("dashboard/messages/suppressed/", suppressed, name="suppressed"),
    path("dashboard/messages/suppressed/<int:pk>/allow/", allow, name="suppression_allow"),
    path(
        "dashboard/messages/texts/",
        first_seller,
        {"page": "message_texts_of"},
        name="message_texts",
    ),
    path(
        "dashboard/messages/triggers/",
        first_seller,
        {"page": "message_triggers_of"},
        name="message_triggers",
    ),
    path(
        "dashboard/messages/look/", first_seller, {"page": "message_look_of"}, name="message_look"
    ),
    path("dashboard/messages/triggers/<uuid:seller_id>/", triggers, name="message_triggers_of"),
    path(
        "dashboard/messages/triggers/<uuid:seller_id>/dry-run/",
        triggers_dry_run,
        name="message_triggers_dry_run",
    ),
    path("dashboard/messages/look/<uuid:seller_id>/", look, name="message_look_of"),
    path(
        "dashboard/messages/quiet/<uuid:seller_id>/dry-run/",
        quiet_dry_run,
        name="message_quiet_dry_run",
    ),
    path("dashboard/messages/texts/<uuid:seller_id>/", texts.texts, name="message_texts_of"),
    path(
        "dashboard/messages/texts/<uuid:seller_id>/languages/",
        texts.languages,
        name="message_languages",
    ),
    path(f"{TEXT}/", texts.text, name="message_text"),
    path(f"{TEXT}/size/", texts.size, name="message_text_size"),
    *(
        path(f"{TEXT}/{what}/", texts.change, {"what": what}, name=f"message_text_{what}")
        for what in texts.CHANGES
    ),
    path(f"{TEXT}/preview/", previews.show, name="message_preview"),
    path(f"{TEXT}/preview/mail/", previews.mail, name="message_preview_mail"),
    path(f"{TEXT}/preview/test/", previews.trial, name="message_trial"),
    path(f"{TEXT}/dry-run/", text_dry_run, name="message_text_dry_run"),
    path("dashboard/messages/<int:pk>/again/", again, name="message_again"),
    path("dashboard/messages/<int:pk>/leave/", leave, name="message_leave"),
    path("track/brand/<uuid:seller_id>.css", brand, name="track_brand"),
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
