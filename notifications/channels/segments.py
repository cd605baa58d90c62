"""Length of text messages in SMS segments (3GPP TS 23.038), and shortening to one segment."""

import re
import unicodedata
from typing import NamedTuple

from notifications.channels.base import END_OF_ISOLATE, ISOLATE

# 3GPP TS 23.038, 6.2.1: the default alphabet, and 6.2.1.1: characters behind an escape.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
ALPHABET = BASIC | EXTENDED
GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67
LINK = re.compile(r"https?://\S+")
DOTS = "..."

PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
        **dict.fromkeys("•·", "-"),
        **{"…": "...", "×": "x", "ł": "l", "Ł": "L", "đ": "d", "œ": "oe", "Œ": "OE"},  # noqa: PIE800
    }
)


class Size(NamedTuple):
    """`units` are septets of GSM-7 or 16-bit units of UCS-2."""

    is_gsm: bool
    units: int
    segments: int


def measure(text: str) -> Size:
    """Measure a text in its SMS encoding."""
    is_gsm = ALPHABET.issuperset(text)
    alone, joined = (GSM_ALONE, GSM_JOINED) if is_gsm else (UCS2_ALONE, UCS2_JOINED)
    if is_gsm and EXTENDED.isdisjoint(text):  # as nearly all: one unit a character
        return Size(True, len(text), 1 if len(text) <= alone else -(-len(text) // joined))
    widths = [_width(char, is_gsm) for char in text]
    units = sum(widths)
    return Size(is_gsm, units, 1 if units <= alone else _packed(widths, joined))


def plain(text: str) -> str:
    """Replace characters outside GSM-7 by similar ones, on one line; some accents are kept."""
    composed = unicodedata.normalize("NFC", text).translate(PLAIN)
    if not ALPHABET.issuperset(composed):
        spelled = "".join(_spelled(char) for char in composed)
        bare = spelled.replace(ISOLATE, "").replace(END_OF_ISOLATE, "")
        composed = bare if ALPHABET.issuperset(bare) else spelled
    return " ".join(composed.split())


def fit(text: str) -> str:
    """Shorten a text to one segment: words before the link are cut, never the link.

    A text that needs UCS-2 (Chinese, emoji) is not shortened.
    """
    size = measure(text)
    if size.segments == 1 or not size.is_gsm:
        return text
    found = LINK.search(text)
    tail = f" {found.group()}" if found else ""
    words = text[: found.start() if found else None].split()
    while words:
        words.pop()
        shorter = " ".join(words).rstrip(" ,;:-") + DOTS + tail
        if measure(shorter).segments == 1:
            return shorter
    return text


def _width(char: str, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if char in EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1  # beyond: a surrogate pair


def _packed(widths: list[int], room: int) -> int:
    """Segments of a long text; no escape sequence and no surrogate pair is split between two."""
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments


def _spelled(char: str) -> str:
    if char in ALPHABET or char in (ISOLATE, END_OF_ISOLATE):
        return char
    if unicodedata.category(char).startswith("C"):
        return " "
    base = unicodedata.normalize("NFD", char)[0]
    return base if base in BASIC else char
