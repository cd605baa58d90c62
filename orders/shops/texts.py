"""Texts and ids of shops' bodies, which come as texts or as numbers."""

from typing import Annotated

from msgspec import Meta

from orders.values.contacts import LONGEST_EMAIL
from orders.values.texts import NUMBER, REFERENCE, SHORT, TITLE

Short = Annotated[str, Meta(max_length=SHORT)]
Email = Annotated[str, Meta(max_length=LONGEST_EMAIL)]
Number = Annotated[str, Meta(max_length=NUMBER)]
Title = Annotated[str, Meta(max_length=TITLE)]
Code = Annotated[str, Meta(max_length=REFERENCE)]
Text = Short | int | None


def text(value: str | int | None) -> str:
    """The text without blanks around it; "" for nothing."""
    return "" if value is None else str(value).strip()


def number_text(value: str | int | None) -> str:
    """The digits of a number, which may come as text; "" for anything else."""
    written = text(value)
    return written if written.isascii() and written.isdecimal() else ""
