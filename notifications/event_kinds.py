"""Event kinds of this app: messages, texts, settings, suppressions and webhooks."""

from orders.event_kinds import EventKind

KINDS = (
    EventKind("order.message_sent_again", "Message resent"),
    EventKind("order.message_left", "Message dismissed"),
    EventKind("order.updates_chosen", "Message preferences changed", by_customer=True),
    EventKind("text_messages.stopped", by_customer=True),
    EventKind("text_messages.started", by_customer=True),
    EventKind("text_messages.asked_about", "Help requested by text message", by_customer=True),
    EventKind("texts.saved"),
    EventKind("texts.published"),
    EventKind("texts.withdrawn"),
    EventKind("texts.discarded"),
    EventKind("texts.tested"),
    EventKind("message_settings.changed"),
    EventKind("sending_domain.entered"),
    EventKind("sending_domain.verified"),
    EventKind("sending_domain.removed"),
    EventKind("suppression.entered"),
    EventKind("suppression.removed"),
    EventKind("webhook.added"),
    EventKind("webhook.changed"),
    EventKind("webhook.paused"),
    EventKind("webhook.resumed"),
    EventKind("webhook.disabled"),
    EventKind("webhook.deleted"),
    EventKind("webhook.secret_rotated"),
    EventKind("webhook.tested"),
    EventKind("webhook.replayed"),
)
