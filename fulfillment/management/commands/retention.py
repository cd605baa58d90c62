"""`manage.py retention`: delete and blank what was kept for its days, or say what would be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fulfillment.privacy.retention import MOST_COUNTED, RULES, run_retention, what_is_due

SECONDS = 3600


class Command(BaseCommand):
    help = "Delete and blank rows that were kept for the days of RETAIN_…_DAYS, now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry = options["dry_run"]
        for outcome in what_is_due() if is_dry else run_retention(seconds=SECONDS):
            rule = outcome.rule
            kept = f"after {rule.days} days" if rule.days else "at once"
            count = f"{outcome.rows}{'+' if is_dry and outcome.rows == MOST_COUNTED else ''}"
            would = "would be " if is_dry else ""
            left = "" if outcome.is_finished else "; more is left for the next run"
            self.stdout.write(f"{rule.name}: {count} {would}{rule.effect} {kept}{left}")
        for rule in RULES:
            if rule.days is None:
                self.stdout.write(f"{rule.name}: kept for ever ({rule.setting} is 0)")
