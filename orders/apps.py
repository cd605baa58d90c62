"""Django app of orders, shipments and promises."""

from django.apps import AppConfig

from orders.event_kinds import check_event_kinds


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stop the start if a kind of event is missing or invalid."""
        check_event_kinds()
