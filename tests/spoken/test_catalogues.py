"""The catalogues of the spoken parts: complete, with the same values, and nobody else's words."""

import ast
import re
from itertools import chain

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from fulfillment.management.words.extracting import SAYS, texts_of
from fulfillment.spoken.parts import DASHBOARD_PAGES, FLOOR_PAGES, NAMES, SIGN_IN_PAGES
from orders.words import say, say_count
from orders.words.retelling import retold

OTHERS = [language for language in NAMES if language != "en"]
VALUES = re.compile(r"{\w*}|</?\w+[^>]*>")
TEMPLATES = settings.BASE_DIR / "templates"
# Files of locations are English as yet.
ENGLISH = {
    "import_locations", "location_file",
}  # fmt: skip
OF_THE_OPERATOR = {"operator_people", "operator_sellers", "_operator_tabs"}
MESSAGES = (
    "settings", "_sender", "_sellers", "triggers", "look", "suppressed", "allow", "dry_run",
    "_compared", "texts", "text", "preview", "frame", "_about", "_found", "_look", "_problems",
    "_size",
)  # fmt: skip
DASHBOARD = (
    "base", "attention", "attention/*", "orders", "orders/*", "bulk/*", "view", "returns/list",
    "_button", "_link_form", "_pages", "messages/_decisions", "order", "order/*",
    "cancel_units", "edit_order", "split", "together", "revise_promise", "_catalogue",
    "discrepancy", "problem", "refund", "messages/sent", "products", "product", "edit_product",
    "_parts", "stock", "keys", "_copy", "_settings_tabs", "repair",
    "buildings", "return_policy", "refund_terms", "returns/*", "services/*", "rules/*",
    "settings", "settings/*", "shops/*", "webhooks/*",
    "demo", "_demo_banner", "news", "promises", "promise_orders", "_promise_number",
    "numbers/*", "imports/*", "jump", "inbound/*", "personal_data",
    *(f"messages/{name}" for name in MESSAGES),
)  # fmt: skip
SPOKEN = [
    *(path for path in (TEMPLATES / "warehouse").glob("*.html") if path.stem not in ENGLISH),
    *(TEMPLATES / "courier").glob("*.html"),
    *(path for path in (TEMPLATES / "account").glob("*.html") if path.stem not in OF_THE_OPERATOR),
    *(TEMPLATES / "mfa").rglob("*.html"),
    *(TEMPLATES / "usersessions").glob("*.html"),
    *(path for name in DASHBOARD for path in (TEMPLATES / "dashboard").glob(f"{name}.html")),
    *TEMPLATES.rglob("*.jinja"),
    *(TEMPLATES / f"{name}.html" for name in ("base", "_nav", "refused", "404", "403", "400")),
]
# A name, and what is read by programs.
UNSAID = re.compile(
    r"\bTXT\b|orders@your-shop\.example|Fulfillment|floor-main|floor|container py-4"
    r"|\b(PDF|POST|ms)\b|https://\S+"
)
CODE = re.compile(
    r"{% comment.*?{% endcomment %}|{#.*?#}|<script.*?</script>|<pre\b.*?</pre>"
    r"|{% block \w*_(class|url) %}[^{]*"
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


def test_arabic_counts_as_babel_orders_its_forms():
    """Form 4 is of 100 to 102, form 5 of 11 to 99, after which a noun has its tanwin."""
    tanwin = "ًا"
    counted = [row.string for row in catalogue("ar") if not isinstance(row.id, str)]

    assert [forms[4] for forms in counted if tanwin in forms[4] and tanwin not in forms[5]] == []
    with translation.override("ar"):
        said = [say_count(n, "{n} row read.", "{n} rows read.", n=n) for n in (3, 11, 99, 100)]
    assert said == ["قُرئت 3 صفوف.", "قُرئ 11 صفًا.", "قُرئ 99 صفًا.", "قُرئ 100 صف."]


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
    pages = [*DASHBOARD_PAGES, *FLOOR_PAGES, *SIGN_IN_PAGES]

    assert len(pages) == len(set(pages))


# What a worker reads, with its values.
SENTENCES = {"say", "say_count", "say_later", "Task", "Slot"}


def is_english(value, words):
    """Whether this is a literal, or a name or a choice of literals that nobody says."""
    if isinstance(value, ast.IfExp):
        return is_english(value.body, words) or is_english(value.orelse, words)
    if isinstance(value, ast.Name):
        return value.id in words
    return isinstance(value, ast.Constant) and bool(re.match("[a-z]", str(value.value or "")))


def unsaid(function):
    """The sentences of a function into which a word goes as it stands in the source."""
    nodes = list(ast.walk(function))
    words = {
        node.targets[0].id
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if node.targets[0].id != "told" and is_english(node.value, ())
    }
    for node in nodes:
        name = getattr(getattr(node, "func", None), "id", "")
        if name in SENTENCES:
            texts = node.args if name in ("Task", "Slot") else ()
            values = chain(texts, (one.value for one in node.keywords))
            if any(is_english(value, words) for value in values):
                yield ast.unparse(node)


def test_no_sentence_is_filled_with_words_of_another_language():
    modules = (settings.BASE_DIR / "warehouse").rglob("*.py")
    sources = {path: text for path in modules if SAYS.search(text := path.read_text())}
    functions = [
        (path.name, node)
        for path, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(functions) > 300
    assert [(name, text) for name, node in functions for text in unsaid(node)] == []


def parts_of(call):
    """The values of a call that makes the reason of a message, or of an assignment of one."""
    if isinstance(call, ast.Assign):
        return [call.value] if getattr(call.targets[0], "id", "") == "reason" else []
    made = getattr(getattr(call, "func", None), "id", "")
    return call.args if made in ("Why", "Verdict", "Outcome") else []


def reasons_in_place():
    """Reasons that modules of messages write where they need them, each value as “7”."""
    for path in (settings.BASE_DIR / "notifications").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for value in parts_of(node):
                if isinstance(value, ast.JoinedStr | ast.Constant):
                    parts = getattr(value, "values", [value])
                    yield "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant)
                                  else "7" for part in parts)  # fmt: skip


def test_each_reason_of_a_message_is_said_again():
    texts = [text for text in reasons_in_place() if " " in text and text[0].isalpha()]

    assert len(texts) > 9
    with translation.override("de"):
        assert [text for text in texts if retold(text) is None] == []
