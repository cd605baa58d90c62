"""The cast and the machinery of the tests; how much of a proof a run tries."""

import os

WHOLE = os.environ.get("PROOFS") == "whole"


def examples(few: int, whole: int) -> int:
    """How many examples of a property a run tries: as many as are `whole` with PROOFS=whole."""
    return whole if WHOLE else few
