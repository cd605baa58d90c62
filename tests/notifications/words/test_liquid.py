"""The sandbox of texts: names and conditions, and nothing a seller could break out with."""

import pytest

from notifications.words import liquid
from notifications.words.liquid import LONGEST, TextError, fill, problems_of
from notifications.words.text_cache import TextCache

KNOWN = frozenset({"name", "when"})


def test_a_name_is_filled_in_as_it_is():
    assert fill("Hello {{ name }}", {"name": "<b>O'Neil</b>"}) == "Hello <b>O'Neil</b>"


def test_what_does_not_apply_is_empty_and_false():
    text = "{% if when %}It arrives {{ when }}.{% else %}Soon.{% endif %}{{ when }}"
    assert fill(text, {"when": None}) == "Soon."
    assert fill(text, {"when": "today"}) == "It arrives today.today"


def test_a_value_is_never_a_text_of_its_own():
    assert fill("{{ name }}", {"name": "{{ when }}", "when": "today"}) == "{{ when }}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ prise }}", "unknown variable {{ prise }}"),
        ("{{ name", "a closing '}}' is missing"),
        ("{% if name %}", "the tag endif is missing"),
        ("{{ name.__class__ }}", "{{ name.__class__ }}: expected only a name"),
        ("{% for a in name %}{{ a }}{% endfor %}", "unexpected tag 'for'"),
        ("{% include 'settings' %}", "unexpected tag 'include'"),
        ("{% assign name = 1 %}", "unexpected tag 'assign'"),
        (
            "{{ name | base64_encode }}",
            "unknown filter base64_encode: expected default, upcase, downcase, capitalize",
        ),
        ("x" * (LONGEST + 1), f"expected at most {LONGEST} characters, got {LONGEST + 1}"),
    ],
)
def test_a_text_that_cannot_be_used_says_why(text, problem):
    assert problems_of(text, KNOWN) == [problem]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name | map: '__class__' }}",
        "{% render 'x' %}",
        "{% capture x %}{% endcapture %}",
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% liquid\nfor i in (1..9)\necho i\nendfor %}",
        "{% tablerow i in (1..9) %}{% endtablerow %}",
        "{{ settings.SECRET_KEY }}",
        "{% debug %}",
        "{% cycle 'a', 'b' %}",
    ],
)
def test_nothing_but_names_and_conditions_gets_through(attack):
    assert problems_of(attack, KNOWN) != []
    with pytest.raises(TextError):
        fill(attack, {"name": "Grace", "when": None})


def test_a_cache_of_texts_is_bounded_by_their_bytes():
    asked = []
    cache = TextCache(lambda text: asked.append(text) or text.upper(), most_bytes=4 * 1000)
    assert [cache("a" * 400), cache("a" * 400), cache("b" * 400)] == ["A" * 400] * 2 + ["B" * 400]
    assert len(asked) == 2
    cache("a" * 400)
    cache("c" * 400)  # the one that was not used for the longest time makes room
    assert (list(cache.made), cache.held_bytes) == (["a" * 400, "c" * 400], 3200)
    assert cache("d" * 2000) == "D" * 2000
    assert (list(cache.made), cache.held_bytes) == ([], 0)


def test_compiled_texts_are_bounded():
    for number in range(300):
        fill(f"{number} " + "x" * 20_000, {})
    assert liquid._compiled.held_bytes <= liquid._compiled.most_bytes
    assert len(liquid._compiled.made) < 60
