"""`manage.py check_texts`: every default text holds, and a planted false sentence is found."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications.editor.checking import check_kind
from notifications.editor.said import SAID, plainly
from notifications.editor.statements import STATEMENTS
from notifications.kinds.catalogue import ALL, KINDS
from notifications.kinds.journeys import FAILURES
from notifications.languages import LANGUAGES
from notifications.languages import texts as text_files
from notifications.languages.texts import default_texts


def test_every_default_text_states_what_is_so_and_all_that_must_be_said():
    number = 0
    for kind in [kind for kind in ALL if not kind.answers]:
        for language in LANGUAGES:
            checked = check_kind(kind, language, None, now=timezone.now(), is_thorough=False)
            assert [str(finding) for finding in checked.findings] == []
            number += checked.statements
    assert number > 15_000
    assert set(LANGUAGES) <= set(SAID)
    # Each language knows every statement; only in Arabic "if it is found" says what "found" says.
    for names in SAID.values():
        assert set(STATEMENTS) - set(names) <= {"if_found", *FAILURES}


# Of a return that nobody decided about in time, or that is closed, no deadline is named.
DECIDE = {
    "en": "Please decide by.",
    "de": "Bitte entscheiden Sie bis.",
    "fr": "Merci de décider.",
    "es": "Decida a más tardar.",
    "ar": "نرجو اتخاذ قرارك.",
    "ja": "までにご判断ください。",
}
# (kind, language, part, planted sentence or "" for all of the part, what is said of it)
PLANTED = [
    # a state, a person, a place
    ("attempt_failed", "en", "body", "It was delivered.", "says “was delivered”"),
    ("delivered", "en", "body", "It is with a neighbour.", "says “with a neighbour”"),
    ("delivered_to_neighbour", "de", "body", "Sie wurde zugestellt und ging verloren.", "verloren"),
    (
        "returning",
        "en",
        "closing",
        "It is still out for delivery.",
        "says “still out for delivery”",
    ),
    ("attempt_failed", "en", "body", "Nobody was home.", "says “nobody was home”"),
    # a date, an hour, a count that no fact has
    ("shipped", "en", "body", "It arrives within 2 days.", "says “2”"),
    ("out_for_delivery", "fr", "body", "Votre commande arrive avant 18:30.", "says “18:30”"),
    ("delivered", "en", "body", "All 7 parcels were delivered.", "says “7”"),
    ("packed", "en", "body", "It arrives tomorrow.", "says “tomorrow”"),
    ("undated", "ja", "body", "明日お届けします。", "says “明日”"),
    # what comes next, and what the page does not offer
    ("attempt_failed", "en", "sms", "We try again.", "says “try again”"),
    ("attempt_failed", "de", "body", "Wir kommen noch einmal vorbei.", "says “noch einmal vorbei”"),
    ("lost", "en", "body", "Your money will be refunded.", "says “will be refunded”"),
    ("delivered", "en", "closing", "Something missing? Tell us on the page.", "something missing"),
    ("delivery_tomorrow", "en", "body", "You can choose another day here.", "choose another day"),
    ("attempt_failed", "en", "sms", "Not in?", "says “not in?”"),
    ("out_for_delivery", "de", "body", "Nennen Sie jemanden in der Nachbarschaft.", "jemanden in"),
    # an action
    ("at_pickup_point", "en", "body", "No action needed.", "says “no action needed”"),
    ("return_refused", "ar", "body", "نرجو إرساله.", "says “نرجو إرساله”"),
    *(
        (template, language, "body", sentence, f"says “{plainly(sentence).rstrip('.。')}”")
        for template in ("seller_return_requested", "seller_return_closed")
        for language, sentence in DECIDE.items()
    ),
    # what is left out
    ("attempt_failed", "en", "body", "", "leaves out send address"),
    ("at_pickup_point", "en", "body", "", "leaves out place"),
    ("out_for_delivery", "en", "body", "", "leaves out courier"),
    ("delivered", "en", "sms", "{{ link }}", "leaves out order"),
    ("seller_return_requested", "de", "body", "", "leaves out decide by"),
    ("seller_return_requested", "de", "body", "", "leaves out decision due"),
]


def planted(template, language, part, sentence):
    texts = default_texts(template, language)
    text = f"{getattr(texts, part)}\n\n{sentence}" if sentence else "{{ order }}"
    return texts._replace(**{part: sentence if "{{" in sentence else text})


def test_a_planted_false_sentence_of_each_kind_is_found():
    for template, language, part, sentence, problem in PLANTED:
        texts = planted(template, language, part, sentence)
        found = check_kind(KINDS[template], language, texts, now=timezone.now()).findings
        assert any(problem in str(finding) for finding in found), (sentence, found)


def test_a_number_of_no_delivery_is_the_sellers_own_business():
    texts = default_texts("delivered", "en")
    texts = texts._replace(closing=f"{texts.closing} Call 030 1234567, Mon 9:00 to 17:00.")
    kind, now = KINDS["delivered"], timezone.now()
    assert check_kind(kind, "en", texts, now=now, is_own=True).findings == []
    assert check_kind(kind, "en", texts, now=now).findings != []


def test_the_command_fails_where_a_file_states_what_is_not_so(tmp_path, monkeypatch):
    for path in text_files.FOLDER.glob("*/en.txt"):
        folder = tmp_path / path.parent.name
        folder.mkdir()
        said = path.read_text()
        if folder.name == "shipped":
            said = said.replace("# sms", "It arrives in 3 days.\n\n# sms")
        (folder / "en.txt").write_text(said)
    monkeypatch.setattr(text_files, "FOLDER", tmp_path)
    text_files._loaded.cache_clear()
    out = StringIO()

    with pytest.raises(CommandError, match=r"statements checked, 1 finding"):
        call_command("check_texts", "--language", "en", stdout=out)

    assert "shipped (dated), email, en: says “3”, which does not hold" in out.getvalue()
    text_files._loaded.cache_clear()
