"""A colour that cannot be read is found out, with one that can."""

import pytest

from notifications.colours import contrast, ink_on, is_readable, readable


def test_black_on_white_is_the_most_there_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("colour", "is_fine"), [("#0b6372", True), ("#767676", True), ("#777777", False)]
)
def test_words_need_four_and_a_half(colour, is_fine):
    assert is_readable(colour) is is_fine


@pytest.mark.parametrize("colour", ["#ffff00", "#62cad8", "#777777", "#ffffff"])
def test_the_suggestion_is_darker_and_can_be_read(colour):
    assert not is_readable(colour)
    assert is_readable(readable(colour))


def test_a_readable_colour_stays_as_it_is():
    assert readable("#0b6372") == "#0b6372"


@pytest.mark.parametrize(("colour", "ink"), [("#0b6372", "#ffffff"), ("#ffd400", "#14181f")])
def test_the_ink_on_a_button_is_the_one_that_reads_better(colour, ink):
    assert ink_on(colour) == ink
    assert contrast(ink, colour) >= 4.5
