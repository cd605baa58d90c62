#!/usr/bin/env python
"""Command line of the project: `manage.py up` starts everything."""

import os
import sys

from django.core.management import execute_from_command_line

from fulfillment.management.commands.up import Command as Up

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fulfillment.settings")
    if sys.argv[1:2] == ["up"]:
        # It makes the settings of the processes it starts, so it cannot begin by reading them.
        Up().run_from_argv(sys.argv)
    else:
        execute_from_command_line(sys.argv)
