"""A seller's own texts: drafts, versions in force, and two people at one draft."""

import pytest

from notifications.editor.editing import default_parts, fingerprint, normalized, problems_in
from notifications.editor.publishing import (
    Draft,
    SavedMeanwhile,
    discard,
    publish,
    save_draft,
    withdraw,
)
from notifications.facts import load_facts
from notifications.languages import LANGUAGES
from notifications.languages.texts import templates
from notifications.models import Message, MessageSettings, TextVersion
from notifications.words.rendering import render
from orders.errors import DomainError, InvalidInput
from orders.models import Event
from tests.notifications.saying import said
from tests.support.cast import MONDAY, make_order
from tests.support.racing import race

pytestmark = pytest.mark.django_db

HELLO = {
    "subject": "{{ seller }} has order {{ order }}",
    "heading": "",
    "body": "Thanks for {{ order }}.\n\n{% if when %}> Arrives {{ when }}.{% endif %}{{ hold }}",
    "closing": "",
    "sms": "{{ seller }}: order {{ order }}. {{ link }}",
}


def seen(side, template="confirmed", language="en"):
    rows = TextVersion.objects.filter(seller=side.seller, template=template)
    base = rows.filter(published_at=None).first() or rows.filter(in_force=True).first()
    return fingerprint(base, language)


def save(side, *, language="en", template="confirmed", **parts):
    given = Draft(language, HELLO | parts, seen(side, template, language))
    return save_draft(side.seller, template, given, actor=side.owner)


def versions(side):
    rows = TextVersion.objects.filter(seller=side.seller).order_by("number")
    return [(row.number, row.published_at is not None, row.in_force) for row in rows]


def test_our_own_texts_could_be_a_sellers():
    for template in templates():
        if not template.startswith("seller_"):
            for language in LANGUAGES:
                assert problems_in(normalized(default_parts(template, language))) == {}, template


@pytest.mark.parametrize(
    ("part", "text", "problem"),
    [
        ("subject", "", "expected a text, got nothing"),
        ("subject", "a\nb", "expected one line"),
        ("subject", "x" * 801, "expected at most 800 characters, got 801"),
        ("subject", "{{ courier }}", "is empty when its variables are empty"),
        ("body", "{{ prise }}", "unknown variable {{ prise }}"),
        ("body", "a\x07\u202eb", "contains characters that cannot be displayed: U+0007, U+202E"),
        ("body", "a\x00", "contains characters that cannot be displayed: U+0000"),
        (
            "body",
            "a{% if parcels > name %}b{% endif %}",
            "'<' and '>' are not supported between 'str' and 'int'",
        ),
        ("closing", "{% for a in name %}{% endfor %}", "unexpected tag 'for'"),
        ("sms", "", "expected a text, got nothing"),
    ],
)
def test_what_cannot_be_sent_is_not_saved(ada, part, text, problem):
    with pytest.raises(InvalidInput) as refused:
        save(ada, **{part: text})
    assert refused.value.problems == [(part, problem)]
    assert versions(ada) == []
    assert not Event.objects.filter(kind__startswith="texts.").exists()


def test_a_draft_is_changed_and_published(ada):
    order = make_order(ada, {"GHOST": 1})
    save(ada)
    save(ada, closing="Bye.\r\nAda\r\n")
    assert versions(ada) == [(1, False, False)]
    assert said(order, "confirmed").subject.startswith(f"Order {order.number} is confirmed")
    publish(ada.seller, "confirmed", 1, actor=ada.owner)
    assert versions(ada) == [(1, True, True)]
    words = said(order, "confirmed")
    assert words.subject == f"Ada's Lamps has order {order.number}"
    assert "Bye.\nAda" in words.text
    events = Event.objects.filter(kind__startswith="texts.").order_by("pk")
    assert list(events.values_list("kind", "actor", "data")) == [
        ("texts.saved", ada.owner.pk, {"template": "confirmed", "number": 1, "language": "en"}),
        ("texts.saved", ada.owner.pk, {"template": "confirmed", "number": 1, "language": "en"}),
        ("texts.published", ada.owner.pk, {"template": "confirmed", "number": 1}),
    ]


def test_versions_follow_each_other_and_may_come_back(ada):
    order = make_order(ada, {"GHOST": 1})
    for number in (1, 2):
        save(ada, subject=f"Version {number}")
        publish(ada.seller, "confirmed", number, actor=ada.owner)
    assert versions(ada) == [(1, True, False), (2, True, True)]
    publish(ada.seller, "confirmed", 1, actor=ada.owner)
    assert said(order, "confirmed").subject == "Version 1"
    save(ada, heading="New")
    draft = TextVersion.objects.get(published_at=None)
    assert (draft.number, draft.texts["en"]["subject"]) == (3, HELLO["subject"])
    withdraw(ada.seller, "confirmed", actor=ada.owner)
    assert said(order, "confirmed").subject.startswith(f"Order {order.number} is confirmed")
    assert versions(ada) == [(1, True, False), (2, True, False), (3, False, False)]
    discard(ada.seller, "confirmed", 3, actor=ada.owner)
    assert versions(ada) == [(1, True, False), (2, True, False)]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda ada: publish(ada.seller, "confirmed", 1, actor=ada.owner), "is already published"),
        (lambda ada: publish(ada.seller, "confirmed", 9, actor=ada.owner), "Version 9"),
        (lambda ada: discard(ada.seller, "confirmed", 1, actor=ada.owner), "Draft 1"),
        (lambda ada: withdraw(ada.seller, "packed", actor=ada.owner), "The default text"),
        (lambda ada: save(ada, template="seller_digest"), "does not exist"),
        (lambda ada: save(ada, language="xx"), "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused(ada, act, why):
    save(ada)
    publish(ada.seller, "confirmed", 1, actor=ada.owner)
    with pytest.raises(DomainError, match=why):
        act(ada)
    assert versions(ada) == [(1, True, True)]


def test_nothing_is_published_while_a_language_lacks(ada):
    MessageSettings.objects.filter(seller=ada.seller).update(languages=["de", "ja", "en"])
    ada.seller.refresh_from_db()
    save(ada)
    with pytest.raises(DomainError, match=r"No text yet in: Deutsch, 日本語\."):
        publish(ada.seller, "confirmed", 1, actor=ada.owner)
    assert versions(ada) == [(1, False, False)]
    save(ada, language="de")
    save(ada, language="ja")
    publish(ada.seller, "confirmed", 1, actor=ada.owner)
    assert versions(ada) == [(1, True, True)]


def test_the_second_of_two_writers_is_told(ada):
    opened = seen(ada)
    save_draft(ada.seller, "confirmed", Draft("en", HELLO, opened), actor=ada.owner)
    other = Draft("en", HELLO | {"subject": "Mine"}, opened)
    with pytest.raises(SavedMeanwhile, match=r"Ada Ahlgren saved draft 1 at"):
        save_draft(ada.seller, "confirmed", other, actor=ada.owner)
    assert TextVersion.objects.get().texts["en"]["subject"] == HELLO["subject"]
    with pytest.raises(SavedMeanwhile, match="published or discarded"):
        discard(ada.seller, "confirmed", 1, actor=ada.owner)
        save_draft(ada.seller, "confirmed", Draft("en", HELLO, "0" * 16), actor=ada.owner)


def test_two_languages_of_a_draft_do_not_hinder_each_other(ada):
    save(ada, language="fr")
    english, german = seen(ada, language="en"), seen(ada, language="de")
    for language, opened in (("en", english), ("de", german)):
        save_draft(ada.seller, "confirmed", Draft(language, HELLO, opened), actor=ada.owner)
    assert set(TextVersion.objects.get().texts) == {"fr", "en", "de"}


def test_the_texts_of_two_sellers_never_mix_in_a_batch(ada, bo):
    for side in (ada, bo):
        save(side, subject=f"{side.owner.first_name} writes")
        publish(side.seller, "confirmed", 1, actor=side.owner)
    save(bo, template="delivered", subject="Bo delivers")
    publish(bo.seller, "delivered", 1, actor=bo.owner)
    orders = {side.owner.first_name: make_order(side, {"GHOST": 1}) for side in (ada, bo)}
    for name, order in orders.items():
        assert said(order, "confirmed").subject == f"{name} writes"
    both = list(Message.objects.filter(template="confirmed", channel="email").order_by("pk"))
    assert {row.seller_id: subject for row, subject in zip(both, subjects(both), strict=True)} == {
        ada.seller.pk: "Ada writes",
        bo.seller.pk: "Bo writes",
    }


def subjects(messages):
    from_facts = load_facts(messages)
    return [render(fact, now=MONDAY).subject for fact in from_facts]


@pytest.mark.parametrize("start", ["nothing", "a draft"])
def test_of_two_writers_at_the_same_moment_one_is_told(ada, start):
    if start == "a draft":
        save(ada)
    opened = seen(ada)

    def write(subject):
        given = Draft("en", HELLO | {"subject": subject}, opened)
        return save_draft(ada.seller, "confirmed", given, actor=ada.owner)

    results, refusals = race(lambda: write("One"), lambda: write("Two"))
    (kept,) = results
    assert [refusal.split(" at ")[0] for refusal in refusals] == ["Ada Ahlgren saved draft 1"]
    assert TextVersion.objects.get().texts["en"]["subject"] == kept.texts["en"]["subject"]
