"""`manage.py restore`: a backup into an empty database; sending then waits for an operator."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from fulfillment.backup.programs import BackupError
from fulfillment.backup.restore import Restored, restore_backup
from notifications.delivery.pausing import pause_copy
from orders.models import Event, Order


class Command(BaseCommand):
    help = "Restore a backup into the empty database of DATABASE_URL. Stop web, worker and beat."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        connection.close()
        try:
            restored = restore_backup(settings.OWNER_DATABASE_URL, file)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self._migrate()
        # Before anybody uses the copy: what waits in it may have been sent by the original.
        pause_copy(
            f"Restored from a backup of {restored.made_at:%Y-%m-%d %H:%M} UTC: what waited then "
            "may have been sent since."
        )
        self._report(restored)

    def _migrate(self) -> None:
        """Bring a backup of an earlier version up to this one, as the owner of the tables."""
        for step in (["migrate", "--noinput", "-v", "0"], ["finish_upgrade"]):
            done = subprocess.run(
                [sys.executable, settings.BASE_DIR / "manage.py", *step],
                env=os.environ | {"DATABASE_URL": settings.OWNER_DATABASE_URL},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = done.stderr.strip().splitlines()[-1]
                raise CommandError(f"manage.py {step[0]} failed: {said}")

    def _report(self, restored: Restored) -> None:
        self.stdout.write(
            f"Restored the backup of {restored.made_at:%Y-%m-%d %H:%M:%S} UTC: "
            f"{restored.tables} tables, {Order.objects.count()} orders, "
            f"{Event.objects.count()} events, {restored.seconds:.1f} s"
        )
        call_command("sending", stdout=self.stdout)
