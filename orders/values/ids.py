"""Ids of rows in query strings and forms."""

from uuid import UUID


def id_of(text: str | None) -> UUID | None:
    """The id that a text is; None for every other text, as if it named nobody's row."""
    try:
        return UUID(text) if text and len(text) <= 36 else None
    except ValueError:
        return None
