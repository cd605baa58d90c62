"""Which codes a location or a cart may have: none that a scanner takes for something else."""

import re

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9 ._/+-]{0,28}[A-Z0-9])?")
BADGE = re.compile(r"FB\d{24}")
# What begins with them, and a dash.
TAKEN_ZONES = {"T": "totes", "IN": "inbounds", "DO": "commands"}


def unfit_code(code: str) -> str:
    """What is expected instead of this code, in capitals; "" where it may be one."""
    zone, dash, _ = code.partition("-")
    if not CODE.fullmatch(code):
        return "expected letters from A to Z, digits, and - . _ / + between them"
    if dash and zone in TAKEN_ZONES:
        return f"expected another code: those with {zone}- are {TAKEN_ZONES[zone]}"
    if BADGE.fullmatch(code):
        return "expected another code: this one is read as a badge"
    return ""
