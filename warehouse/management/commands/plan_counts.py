"""manage.py plan_counts: make the tasks to count locations that the rules want."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from warehouse.corrections.rules import plan_due_counts


class Command(BaseCommand):
    """Locations without stock by the books, and those that are due by how often they are picked."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Tasks to count: {plan_due_counts(timezone.now())}")
