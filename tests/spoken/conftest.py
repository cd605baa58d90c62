"""What the tests of spoken pages share: the pseudo-language."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from fulfillment.management.words.extracting import texts_of


@pytest.fixture
def brackets(settings, tmp_path):
    """The pseudo-language: each German text stands in brackets, so what has none is English."""
    made = Catalog(locale="de")
    for said in texts_of("de"):
        marked = [f"⟦{text}⟧" for text in said]
        made.add(said if len(said) > 1 else said[0], marked if len(said) > 1 else marked[0])
    with (tmp_path / "de.po").open("wb") as file:
        write_po(file, made)
    settings.WORDS_FOLDER = tmp_path
