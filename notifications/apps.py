"""The Django app of messages and webhooks; checks their registries at start-up."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse to start with an incomplete channel or kind of message."""
        # By name: it imports models, and this module is imported before they may be.
        import_string("notifications.kind_check.check_channels")()
        import_string("notifications.kind_check.check_kinds")()
