"""Keywords of text messages: STOP, START, HELP and their synonyms, however they are typed."""

import unicodedata

from notifications.models import InboundText

Word = InboundText.Word
KEYWORDS = {
    **dict.fromkeys(
        (
            *("STOP", "CANCEL", "END", "QUIT", "REMOVE", "UNSUBSCRIBE", "OPTOUT", "OPT-OUT"),
            *("ARRET", "TD"),
        ),
        Word.STOP,
    ),
    **dict.fromkeys(("START", "UNSTOP"), Word.START),
    **dict.fromkeys(("HELP", "INFO"), Word.HELP),
}


def keyword_of(text: str) -> InboundText.Word | None:
    """Return the keyword that a text consists of; None where it says anything else."""
    if len(text) > 40:
        return None
    letters = (char for char in unicodedata.normalize("NFKD", text) if _counts(char))
    return KEYWORDS.get("".join(letters).strip().removesuffix(".").strip().upper())


def _counts(char: str) -> bool:
    """Whether a character counts: accents and invisible characters do not."""
    return unicodedata.category(char) not in {"Mn", "Cf"}
