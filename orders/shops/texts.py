"""Texts and ids of shops' bodies, which come as texts or as numbers."""

from typing import Annotated

from msgspec import Meta

from orders.values.texts import REFERENCE, SHORT

Short = Annotated[str, Meta(max_length=SHORT)]
Code = Annotated[str, Meta(max_length=REFERENCE)]
Text = Short | int | None


def text(value: str | int | None) -> str:
    """The text without blanks around it; "" for nothing."""
    return "" if value is None else str(value).strip()
