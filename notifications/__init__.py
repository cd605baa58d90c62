"""Notifications: kinds of messages, outbox, guards, texts, consent, delivery reports, webhooks."""
