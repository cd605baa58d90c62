"""The words by which a receiver of texts steers them, in whatever spelling a telephone makes."""

import unicodedata

from notifications.models import InboundText

Word = InboundText.Word
WORDS = {
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


def word_of(text: str) -> InboundText.Word | None:
    """The word that a text consists of; None where it says anything else."""
    if len(text) > 40:
        return None
    letters = (char for char in unicodedata.normalize("NFKD", text) if _counts(char))
    return WORDS.get("".join(letters).strip().removesuffix(".").strip().upper())


def _counts(char: str) -> bool:
    """Accents and invisible characters make no other word."""
    return unicodedata.category(char) not in {"Mn", "Cf"}
