"""URLs of the dashboard pages about messages and webhooks."""

from django.urls import path

from fulfillment.dashboard.views.messages import previews, sent, texts
from fulfillment.dashboard.views.messages.decisions import dismiss, resend
from fulfillment.dashboard.views.messages.deliveries import delivery, replay_delivery, replay_range
from fulfillment.dashboard.views.messages.dry_run import (
    quiet_dry_run,
    text_dry_run,
    triggers_dry_run,
)
from fulfillment.dashboard.views.messages.live import live
from fulfillment.dashboard.views.messages.look import look
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

WEBHOOKS = "settings/webhooks/"
TEXT = "messages/texts/<uuid:seller_id>/<slug:template>"

urlpatterns = [
    path("messages/", message_settings, name="message_settings"),
    path("messages/sender/", message_sender, name="message_sender"),
    path("messages/suppressed/", suppressed, name="suppressed"),
    path("messages/suppressed/<int:pk>/allow/", allow, name="suppression_allow"),
    path(
        "messages/texts/",
        first_seller,
        {"page": "message_texts_of"},
        name="message_texts",
    ),
    path(
        "messages/triggers/",
        first_seller,
        {"page": "message_triggers_of"},
        name="message_triggers",
    ),
    path("messages/look/", first_seller, {"page": "message_look_of"}, name="message_look"),
    path("messages/triggers/<uuid:seller_id>/", triggers, name="message_triggers_of"),
    path(
        "messages/triggers/<uuid:seller_id>/dry-run/",
        triggers_dry_run,
        name="message_triggers_dry_run",
    ),
    path("messages/look/<uuid:seller_id>/", look, name="message_look_of"),
    path(
        "messages/quiet/<uuid:seller_id>/dry-run/",
        quiet_dry_run,
        name="message_quiet_dry_run",
    ),
    path("messages/texts/<uuid:seller_id>/", texts.texts, name="message_texts_of"),
    path(
        "messages/texts/<uuid:seller_id>/languages/",
        texts.languages,
        name="message_languages",
    ),
    path(f"{TEXT}/", texts.text, name="message_text"),
    path(f"{TEXT}/live/", live, name="message_text_live"),
    *(
        path(f"{TEXT}/{what}/", texts.change, {"what": what}, name=f"message_text_{what}")
        for what in texts.CHANGES
    ),
    path(f"{TEXT}/preview/", previews.show, name="message_preview"),
    path(f"{TEXT}/preview/mail/", previews.mail, name="message_preview_mail"),
    path(f"{TEXT}/preview/test/", previews.trial, name="message_trial"),
    path(f"{TEXT}/dry-run/", text_dry_run, name="message_text_dry_run"),
    path("messages/<int:pk>/", sent.sent, name="message_sent"),
    path("messages/<int:pk>/mail/", sent.mail, name="message_sent_mail"),
    path("messages/<int:pk>/again/", resend, name="message_again"),
    path("messages/<int:pk>/leave/", dismiss, name="message_leave"),
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
    path("settings/deliveries/<int:pk>/", delivery, name="dashboard_delivery"),
    path(
        "settings/deliveries/<int:pk>/replay/",
        replay_delivery,
        name="dashboard_replay_delivery",
    ),
]
