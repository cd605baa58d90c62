"""The cast and the machinery of the tests."""

import os


def examples(few: int, whole: int) -> int:
    """How many examples of a property a run tries: as many as are `whole` with PROOFS=whole."""
    return whole if os.environ.get("PROOFS") == "whole" else few
