#!/usr/bin/env python
"""Command line of the project: `manage.py up` starts everything."""

import os
import shlex
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from fulfillment.management.commands.up import Command as Up
from orders.row_security import work_for_all_sellers


def join_running_copy():
    """Use the servers that `manage.py up` started here, unless others are named."""
    told = Path(os.environ.get("VAR_DIR") or Path(__file__).parent / "var") / "env"
    if {"DATABASE_URL", "SECRET_KEY"} & os.environ.keys() or not told.is_file():
        return
    for line in told.read_text().splitlines():
        name, _, value = shlex.split(line)[1].partition("=")
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")
    if sys.argv[1:2] == ["up"]:
        # It makes the settings of the processes it starts, so it cannot begin by reading them.
        Up().run_from_argv(sys.argv)
    else:
        join_running_copy()
        work_for_all_sellers()
        execute_from_command_line(sys.argv)
