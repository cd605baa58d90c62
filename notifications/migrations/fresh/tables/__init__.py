"""All tables of notifications as they are made from nothing, by subject."""

from notifications.migrations.fresh.tables import (
    attempts,
    consent,
    editor,
    messages,
    reports,
    settings,
    webhooks,
)

TABLES = [
    *attempts.TABLES,
    *consent.TABLES,
    *editor.TABLES,
    *messages.TABLES,
    *reports.TABLES,
    *settings.TABLES,
    *webhooks.TABLES,
]
