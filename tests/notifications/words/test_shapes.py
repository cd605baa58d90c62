"""What is rendered once a shape and then filled in says what the template engines would say."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from liquid.exceptions import LiquidError

from notifications.editor.cases import cases_of
from notifications.editor.checking import sample_seller
from notifications.editor.samples import facts_of_sample
from notifications.kinds.catalogue import ALL
from notifications.languages import LANGUAGES
from notifications.languages.texts import default_texts
from notifications.words import liquid
from notifications.words.contents import contents_of
from notifications.words.layouts import laid_out, rendered
from notifications.words.liquid import TextError, fill
from notifications.words.rendering import page_of
from notifications.words.shapes import Shapes, mark
from notifications.words.values import values_of

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
STRANGE = 'O\'Neil & <b>"Söhne"</b>\u00a0\u202f{{ name }} %s'


@pytest.fixture
def seller():
    """A seller in no database, whose name, as those of customers, would break out of a layout."""
    seller = sample_seller(support_email="o'neil&co@example.com")
    seller.name = STRANGE
    seller.message_settings.markup = True
    return seller


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_reads_as_the_engines_write_it(seller, language):
    for kind in (kind for kind in ALL if not kind.answers):
        case = cases_of(kind)[-1]
        facts = facts_of_sample(seller, kind.name, case.sample, language=language, now=NOW)
        facts.order.customer_name = facts.lines[0].title = STRANGE
        texts, contents = default_texts(kind.name, language), contents_of(facts)
        values = values_of(facts, contents, now=NOW)
        for text in texts:
            assert fill(text, values) == said_by_the_library(text, values), kind.name
        page = page_of(facts, texts, contents, values)
        assert laid_out(page) == rendered(page), kind.name


def said_by_the_library(text, values):
    return liquid._compiled(text).template.render(**values)


def said_or_refused(say, text, values):
    try:
        return say(text, values)
    except (TextError, LiquidError):
        return TextError


TEXTS = (
    "{{ a }}{% if a %}+{{ b }}{% else %}-{% endif %}",
    "{{ a | default: b }}{{ b | default: 'none' }}",
    "{{ a | upcase }}{% if b == 'x' or a contains 'x' %}!{% endif %}",
    "{% case a %}{% when 'x', 'y' %}1{% when b %}2{% else %}{{ a }}{% endcase %}",
    "{% unless a and b %}{{ b }}{% elsif c > 1 %}{{ c }}{% endunless %} {% if c %} {% endif %}",
)
VALUES = (None, True, False, "", "x", "Y", "<b>", 1, 2, Decimal("1.5"), ["x"])


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_the_values_a_text_says_what_the_library_says(text):
    for a, b, c in product(VALUES, VALUES, (None, 1, 2)):
        values = {"a": a, "b": b, "c": c}
        said, expected = (said_or_refused(say, text, values) for say in (fill, said_by_the_library))
        assert said == expected, values


def test_a_value_that_looks_like_a_place_stays_as_it_is():
    assert fill("{{ a }} {{ b }}", {"a": mark(1), "b": "x"}) == f"{mark(1)} x"


def test_a_text_is_as_long_as_the_sandbox_lets_it():
    text = "{{ a }}" * 4
    assert fill(text, {"a": "é" * 8_000}) == "é" * 32_000
    with pytest.raises(TextError, match="output stream limit"):
        fill(text, {"a": "é" * 8_001})


def test_shapes_are_forgotten_when_they_are_too_long_together():
    shapes = Shapes(len, most=20)
    for number, made in ((1, "m" * 9), (2, "m" * 9), (3, "m" * 9), (3, "other")):
        shapes.of(number, lambda made=made: made)
    assert shapes.made == {3: "m" * 9}
