"""Parts that Jinja2 compiles: the reader's language each time, escaped values, none forgotten."""

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError

BUTTON = "dashboard/_button.jinja"


def page(source, **values):
    return engines["django"].from_string(source).render(values)


def test_a_literal_is_said_in_the_language_of_each_reader():
    part = engines["parts"].from_string('{{ "Refunded"|say }} {{ say("Later") }}')
    said = []
    for language in ("de", "en", "fr"):
        with translation.override(language):
            said.append(part.render())

    assert said == ["Erstattet Später", "Refunded Later", "Remboursé Plus tard"]


def test_values_are_escaped_and_the_token_of_forms_comes_along():
    source = f'{{% part "{BUTTON}" action="/x/" text=text %}}'

    shown = page(source, text="<b>", csrf_token="t<")

    assert "&lt;b&gt;</button>" in shown
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="t&lt;">' in shown
    assert 'name="back"' not in shown
    assert 'class="btn btn-primary"' in shown


def test_a_value_that_a_part_was_not_given_is_no_blank():
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        page(f'{{% part "{BUTTON}" action="/x/" %}}')
