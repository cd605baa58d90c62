"""`manage.py backup`: the whole database in one file, while work goes on."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.backup.dump import file_name, make_backup
from fulfillment.backup.programs import BackupError


class Command(BaseCommand):
    help = "Back up the database with pg_dump; `manage.py restore` restores it into an empty one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="default: in VAR_DIR/backups")

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        folder = settings.VAR_DIR / "backups"
        if file is None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            made = make_backup(settings.OWNER_DATABASE_URL, file or folder / file_name())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{made.path}: {made.size / 2**20:.1f} MB, {made.tables} tables, {made.seconds:.1f} s"
        )
