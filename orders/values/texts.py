"""Texts from outside: on one line, whole, and storable."""

# What the columns hold: as much as a shop platform lets be typed, so that nothing has to be cut.
SHORT = 255
PERSON = STREET = TITLE = 600  # first and last name; two lines; a product and its variant
NOTE = 5000
LINE = 500  # of a product: what customs read, what its picker reads
REFERENCE = 120
NUMBER = 60
NUL = "\x00"  # PostgreSQL stores no text with it
CONTROLS = {code: " " for code in (*range(32), 127, 0x85, 0x2028, 0x2029) if code != 10}
# Overrides and embeddings of direction: a street that reads backwards on a label is another one.
# Letters bring their own direction, and our pages and papers isolate each text.
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")
CLEANED = CONTROLS | TURNS
INVISIBLE = "".join(map(chr, (0x00AD, 0x180E, *range(0x200B, 0x2010), 0x2060, 0xFEFF)))


def one_line(text: str) -> str:
    """The text with control characters and line breaks as single spaces; "" if nothing is seen."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():  # as most are: nothing in it is to be cleaned
        return " ".join(text.split())
    clean = " ".join(text.translate(CLEANED).split())
    return clean if clean.strip(INVISIBLE + " ") else ""


def lines(text: str) -> str:
    """The text with its line breaks, each line cleaned, without empty ones."""
    return "\n".join(filter(None, (one_line(part) for part in text.split("\n"))))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store it: no NUL, and no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return NUL not in text


def asked_for(text: str, *, most: int) -> str:
    """What somebody searches for, without NUL and shortened; "" where no text can be like it."""
    text = text.replace(NUL, "").strip()[:most].strip()
    return text if is_storable(text) else ""
