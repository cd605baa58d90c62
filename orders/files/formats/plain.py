"""Headings in a plain form, for comparison: small letters, no accents, no signs."""

import re
import unicodedata

APART = re.compile(r"[^0-9a-z]+")


def plain(heading: str) -> str:
    """A heading in small letters without accents and signs, for comparison."""
    bare = unicodedata.normalize("NFKD", heading.replace("ß", "ss")).casefold()
    without = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return APART.sub(" ", without).strip()
