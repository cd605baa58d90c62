"""Command barcodes: a scan of one presses what the screen offers (static/commands.js)."""

from typing import NamedTuple

PREFIX = "DO-"


class Command(NamedTuple):
    """A command of the printed sheet: its code, and what a scan of it does."""

    code: str
    words: str


COMMANDS = (
    Command("DO-OK", "OK: answer the alarm or the question on the screen"),
    Command("DO-BACK", "Back: the screen before"),
    Command("DO-SHORT", "Short: report that units are missing here"),
    Command("DO-PAUSE", "Pause this walk"),
    Command("DO-UNDO", "Undo the last step"),
    Command("DO-A", "A: the returned units in hand are as new"),
    Command("DO-B", "B: the returned units in hand are used"),
    Command("DO-C", "C: the returned units in hand are damaged"),
    Command("DO-OFF", "Write off the returned units in hand"),
    Command("DO-OUT", "Sign out: asks first"),
)
CODES = frozenset(command.code for command in COMMANDS)
