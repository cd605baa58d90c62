"""manage.py plan_replenishment: make the tasks to refill pick faces from reserve."""

from typing import Any

from django.core.management.base import BaseCommand

from warehouse.inbound.replenishing import plan_all_replenishment


class Command(BaseCommand):
    """Faces below their minimum, and those that hold less than waiting shipments need."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Refills: {plan_all_replenishment()}")
