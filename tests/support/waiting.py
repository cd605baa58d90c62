"""Waiting for what other processes do: as short as possible, never for ever."""

import time

PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.05


def wait_until(question, seconds=PATIENCE_SECONDS):
    """Ask until the answer is true, and return it."""
    ends = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > ends:
            raise AssertionError(f"not true within {seconds} s")
        time.sleep(PAUSE_SECONDS)
    return answer
