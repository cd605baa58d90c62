"""A picture as ZPL II: one label, drawn dot by dot, run-length encoded (^GFA)."""

import io
from itertools import groupby

from PIL import Image

DARK = 128  # of 255
SHORT, LONG = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"  # 1 to 19, and 20 to 400 in twenties


def as_zpl(png: bytes) -> bytes:
    """A label of this picture, at one dot a pixel."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("L")
    # In ZPL a set bit is black.
    bits = picture.point(lambda brightness: 0 if brightness >= DARK else 255).convert("1")
    width, height = bits.size
    a_row = (width + 7) // 8
    content = bits.tobytes()
    rows = [content[start : start + a_row].hex().upper() for start in range(0, len(content), a_row)]
    total = a_row * height
    drawn = "".join(_packed(rows))
    return (
        f"^XA^PW{width}^LL{height}^LH0,0^FO0,0^GFA,{total},{total},{a_row},{drawn}^FS^XZ\n".encode()
    )


def _packed(rows: list[str]) -> list[str]:
    """Each row: “:” as the one above, “,” white to its end, else digits with how often."""
    packed, above = [], ""
    for row in rows:
        if row == above:
            packed.append(":")
        else:
            inked = row.rstrip("0")
            runs = "".join(_run(digit, len(list(same))) for digit, same in groupby(inked))
            packed.append(runs + ("," if len(inked) < len(row) else ""))
        above = row
    return packed


def _run(digit: str, number: int) -> str:
    """A digit and how often it comes: “I0” is three."""
    if number == 1:
        return digit
    twenties, rest = divmod(number, 20)
    count = LONG[-1] * (twenties // len(LONG))
    if left := twenties % len(LONG):
        count += LONG[left - 1]
    return count + (SHORT[rest - 1] if rest else "") + digit
