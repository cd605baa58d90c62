"""`manage.py up`: the whole portal with one command, on a machine that has only Python."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fulfillment.embedded.environment import Options
from fulfillment.embedded.errors import StartError
from fulfillment.embedded.supervisor import run, say


class Command(BaseCommand):
    """Reads the flags; manage.py runs it without loading the apps, which only the children need."""

    help = "Start PostgreSQL, Valkey, web server, worker and beat; Ctrl-C stops them all."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=Options.host, help="address to listen on")
        parser.add_argument("--port", type=int, help="port of the site (default: PORT or 8000)")
        parser.add_argument("--no-demo", action="store_true", help="start without example data")
        parser.add_argument("--check", action="store_true", help="only look whether it would start")

    def handle(self, *args: Any, **flags: Any) -> None:
        try:
            options = Options.read(
                flags["host"], flags["port"], demo=not flags["no_demo"], check=flags["check"]
            )
        except StartError as error:
            say(str(error), error=True)
            sys.exit(1)
        sys.exit(run(options))
