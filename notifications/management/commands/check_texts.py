"""`manage.py check_texts`: no text states what is not so, or leaves out what must be said."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.editor.checking import check_kind
from notifications.editor.own_checks import check_own_texts
from notifications.kinds.catalogue import ALL
from notifications.languages import LANGUAGES


class Command(BaseCommand):
    """Walk each kind of message, for each reason, over each channel, in each language.

    The orders are samples: rows that are in no database, rendered as every message is. The texts
    that sellers have published are checked too, with `--own`.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--language", choices=LANGUAGES, action="append")
        parser.add_argument("--own", action="store_true", help="also published texts of sellers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding, then the number of statements; fails where there is a finding."""
        now, findings, number = timezone.now(), 0, 0
        for kind in [kind for kind in ALL if not kind.answers]:
            for language in options["language"] or LANGUAGES:
                checked = check_kind(kind, language, None, now=now)
                number += checked.statements
                findings += len(checked.findings)
                self.stdout.writelines(map(str, checked.findings))
        if options["own"]:
            for said in check_own_texts(now=now):
                findings += 1
                self.stdout.write(said)
        said = f"{number:,} statements checked, {findings} findings."
        if findings:
            raise CommandError(said)
        self.stdout.write(said)
