"""The app of who is told."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A kind of message that is half described stops the start."""
        # By name: it imports models, and this module is imported before they may be.
        import_string("notifications.kind_check.check_kinds")()
