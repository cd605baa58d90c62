"""The app of what was promised."""

from django.apps import AppConfig

from orders.event_kinds import check_event_kinds


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A kind of event that is missing or described wrongly stops the start."""
        check_event_kinds()
