"""GS1 element strings, as GS1-128 and data matrix codes hold them: numbers with what they are.

After the tables of the GS1 General Specifications, section 3; those that goods and cartons carry.
"""

import re
from collections.abc import Iterator

GTIN, CONTENT, SSCC = "01", "02", "00"
GS = "\x1d"  # ends what has no fixed length
# What a scanner puts before a code of GS1: GS1-128, DataMatrix, QR and DataBar.
SYMBOLOGY = re.compile(r"\](?:C1|d2|Q3|e0)")
PRINTED = re.compile(r"\((\d{2,4})\)([^(]+)")  # as people read it below the bars
# Identifier -> how many digits its value has; a weight or a measure (310 to 369) has a fourth
# digit, which is that of its decimals.
FIXED = {SSCC: 18, GTIN: 14, CONTENT: 14, "20": 2} | dict.fromkeys(("11", "12", "13", "15"), 6)
FIXED |= {"16": 6, "17": 6}
MEASURE, MEASURE_DIGITS = re.compile(r"3[1-6]\d\d"), 6
# Identifier -> how many characters its value may have: lot, serial, variant, count, references.
VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8} | dict.fromkeys(
    ("240", "241", "250", "400"), 30
)


def elements_of(code: str) -> dict[str, str]:
    """{identifier: value} of an element string that names goods or a carton, else nothing."""
    text = SYMBOLOGY.sub("", code, count=1) if code.startswith("]") else code
    text = text.removeprefix(GS)  # as some scanners write that it is a code of GS1
    pairs = PRINTED.findall(text) if text.startswith("(") else list(_read(text))
    found = dict(pairs)
    is_whole = "".join(f"({name}){value}" for name, value in pairs) == text
    if text.startswith("(") and not (is_whole and all(_fits(*pair) for pair in pairs)):
        return {}
    return found if found.keys() & {GTIN, CONTENT, SSCC} else {}


def _read(text: str) -> Iterator[tuple[str, str]]:
    """The elements one after the other; those before the first that is none."""
    while text:
        name = next((text[:digits] for digits in (2, 3, 4) if _is_known(text[:digits])), "")
        rest = text[len(name) :]
        if length := _length(name):
            value, text = rest[:length], rest[length:].removeprefix(GS)
        else:
            value, _, text = rest.partition(GS)
        if not name or not _fits(name, value):
            return
        yield name, value


def _is_known(name: str) -> bool:
    return bool(name in VARIABLE or _length(name))


def _length(name: str) -> int:
    return FIXED.get(name) or (MEASURE_DIGITS if MEASURE.fullmatch(name) else 0)


def _fits(name: str, value: str) -> bool:
    if length := _length(name):
        return len(value) == length and value.isascii() and value.isdigit()
    return 0 < len(value) <= VARIABLE.get(name, 0)
