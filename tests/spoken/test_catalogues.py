"""The catalogues of the spoken parts: complete, with the same values, and nobody else's words."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from fulfillment.spoken.extracting import texts_of
from fulfillment.spoken.parts import FLOOR_PAGES, NAMES, SIGN_IN_PAGES
from orders.words import say, say_count

OTHERS = [language for language in NAMES if language != "en"]
VALUES = re.compile(r"{\w*}|</?\w+[^>]*>")
TEMPLATES = settings.BASE_DIR / "templates"
# Pages of the lead, of returns and of corrections are English as yet.
ENGLISH = {
    "_empty_parcel", "_field", "_returned_serials", "_undelivered", "_unexpected", "adjust",
    "aside", "badge_issued", "badges", "block_refused", "board", "board_rows", "cartons", "carts",
    "corrections", "faces",
    "import_locations", "inspect_return", "labels", "location", "location_file", "locations",
    "lost", "lot", "lots", "make_locations", "move", "plan_run", "point", "points",
    "printer_token", "printers", "returns", "totes",
    "unannounced", "undelivered", "walk", "walks", "waves",
}  # fmt: skip
SIGN_IN = (
    "login", "logout", "account_inactive", "password_reset", "password_reset_done",
    "password_reset_from_key", "password_reset_from_key_done", "_small", "_field",
)  # fmt: skip
SPOKEN = [
    *(path for path in (TEMPLATES / "warehouse").glob("*.html") if path.stem not in ENGLISH),
    *(TEMPLATES / "courier").glob("*.html"),
    *(TEMPLATES / "account" / f"{name}.html" for name in SIGN_IN),
    *(TEMPLATES / f"{name}.html" for name in ("base", "_nav", "refused", "404", "403", "400")),
    TEMPLATES / "mfa" / "authenticate.html",
]
# A name, and what is read by programs.
UNSAID = re.compile(r"Fulfillment|floor-main|floor|container py-4|\bPDF\b")
CODE = re.compile(
    r"{% comment.*?{% endcomment %}|{#.*?#}|<script.*?</script>|{% block \w*_(class|url) %}[^{]*"
    r"|{% block (unsaved|styles|head) %}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
SHOWN = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-away)="([^"]*)"')


def catalogue(language):
    with (settings.WORDS_FOLDER / f"{language}.po").open("rb") as file:
        return [row for row in read_po(file, locale=language) if row.id]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_words_for_every_text_of_its_parts(language):
    rows = catalogue(language)

    assert {tuple(forms(row.id)) for row in rows} == set(texts_of(language))
    assert [row.id for row in rows if row.fuzzy or not all(forms(row.string))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_words_fill_in_the_same_values_and_keep_their_tags(language):
    differing = [
        (form, row.id)
        for row in catalogue(language)
        for form in forms(row.string)
        if sorted(VALUES.findall(form)) not in [sorted(VALUES.findall(t)) for t in forms(row.id)]
    ]

    assert differing == []


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_of_a_spoken_page_holds_no_text_that_nobody_translates(path):
    text = CODE.sub(" ", path.read_text())
    shown = " ".join(SHOWN.findall(text)) + re.sub(r"<[^>]*>", " ", text)

    assert re.findall(r"[A-Za-z]{2,}", UNSAID.sub(" ", shown)) == []


def test_words_of_other_programs_are_never_said():
    with translation.override("de"):
        assert translation.gettext("Order") == "Reihenfolge"  # Django's, of rows
        assert say("Order") == "Bestellung"
        assert say("Permission denied") == "Permission denied"


def test_a_number_has_the_form_that_its_language_wants():
    said = {}
    for language in ("en", "de", "pl"):
        with translation.override(language):
            said[language] = [
                say_count(n, "{number} stop", "{number} stops", number=n) for n in (1, 2, 5, 22)
            ]

    assert said == {
        "en": ["1 stop", "2 stops", "5 stops", "22 stops"],
        "de": ["1 Stopp", "2 Stopps", "5 Stopps", "22 Stopps"],
        "pl": ["1 przystanek", "2 przystanki", "5 przystanków", "22 przystanki"],
    }


def test_a_page_is_of_one_part():
    assert not set(FLOOR_PAGES) & set(SIGN_IN_PAGES)
