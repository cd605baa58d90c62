"""Parts that Jinja2 compiles: the reader's language each time, escaped values, none forgotten."""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError

from fulfillment.dashboard.queries.matter_kinds import KINDS

BUTTON = "dashboard/_button.jinja"
TEMPLATES = settings.BASE_DIR / "templates"
NAMED = re.compile(r"""{%-?\s*(?:include|extends|part)\s+["']([^"']+)["']""")


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


def test_every_part_that_is_named_is_there():
    pages = [path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".jinja", ".txt")]
    named = {(page, name) for page in pages for name in NAMED.findall(page.read_text())}
    assert len(named) > len(KINDS)

    assert [one for one in named if not (TEMPLATES / one[1]).is_file()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_matter_has_its_part(kind):
    assert engines["parts"].get_template(f"dashboard/attention/{kind}.jinja")
