"""Text messages are counted as 3GPP TS 23.038 counts them, and made to fit one segment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.segments import fit, measure, plain

LINK = "https://fulfillment.example/track/pux4e5mzzn3udy4g6622iqtu7x6kj2zf/"


@pytest.mark.parametrize(
    ("text", "is_gsm", "units", "segments"),
    [
        ("", True, 0, 1),
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 306, True, 306, 2),
        ("a" * 307, True, 307, 3),
        ("^{}\\[~]|€", True, 18, 1),
        ("€" * 80, True, 160, 1),
        ("€" * 80 + "a", True, 161, 2),
        ("@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", True, 41, 1),
        ("ç", False, 1, 1),
        ("`", False, 1, 1),
        ("–" + "a" * 69, False, 70, 1),
        ("–" + "a" * 70, False, 71, 2),
        ("–" + "a" * 133, False, 134, 2),
        ("–" + "a" * 134, False, 135, 3),
        ("😀" * 35, False, 70, 1),
        ("😀" * 36, False, 72, 2),
    ],
)
def test_a_text_is_counted_in_its_alphabet(text, is_gsm, units, segments):
    assert measure(text) == (is_gsm, units, segments)


def test_an_escape_sequence_is_not_split_between_segments():
    # 152 + 2 would end in the second segment: the first keeps 152 of its 153 places.
    assert measure("a" * 152 + "€" + "a" * 152) == (True, 306, 3)


def test_a_surrogate_pair_is_not_split_between_segments():
    assert measure("a" * 66 + "😀" + "a" * 66) == (False, 134, 3)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Ada’s “Lamps” – 2 × 3…", 'Ada\'s "Lamps" - 2 x 3...'),
        ("a\u00a0b\u202fc\td\ne\u2028f", "a b c d e f"),
        ("zero\u200bwidth so\u00adft", "zerowidth soft"),
        ("Łódź, ça, São, Björn, Ångström", "Lodz, ca, Sao, Björn, Ångström"),
        ("Cafe\u0301", "Café"),
        ("two\x00words", "two words"),
        ("Αθήνα", "Αθήνα"),
        ("灯", "灯"),
    ],
)
def test_typography_becomes_what_a_keyboard_has(text, result):
    assert plain(text) == result


def test_a_text_that_fits_is_left_alone():
    text = f"Ada's Lamps: order #1001 is on its way. {LINK}"
    assert fit(text) == text


def test_a_long_text_is_cut_before_its_link():
    text = f"Ada's Lamps: {'a very long story ' * 12} {LINK}"
    shorter = fit(text)
    assert measure(shorter) == (True, 157, 1)
    assert shorter.startswith("Ada's Lamps: a very long story ")
    assert shorter.endswith(f"... {LINK}")


def test_a_long_text_without_a_link_is_cut_at_a_word():
    assert fit("word " * 40) == "word " * 30 + "word..."


def test_what_a_link_alone_overfills_is_left_whole():
    text = "Look: https://fulfillment.example/" + "a" * 140
    assert fit(text) == text


def test_a_text_in_another_alphabet_is_left_whole():
    text = "灯" * 80
    assert fit(text) == text


# An oracle of its own: the alphabet by code point as 3GPP TS 23.038 prints it, and a text laid into
# segments one character after the other.
GSM_COLUMNS = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
SEPTETS = {char: [code] for code, char in enumerate("".join(GSM_COLUMNS)) if char != "\x1b"}
SEPTETS |= {
    char: [0x1B, code]
    for code, char in {
        0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
        0x40: "|", 0x65: "€",
    }.items()
}  # fmt: skip


def laid(text):
    """The segments of a text, each a list of whole characters' units."""
    if all(char in SEPTETS for char in text):
        units, alone, joined = [SEPTETS[char] for char in text], 160, 153
    else:
        coded = [char.encode("utf-16-be", "surrogatepass") for char in text]
        units, alone, joined = [[*pair[::2]] for pair in coded], 70, 67
    if sum(map(len, units)) <= alone:
        return [units]
    segments = [[]]
    for unit in units:
        if sum(map(len, segments[-1])) + len(unit) > joined:
            segments.append([])
        segments[-1].append(unit)
    return segments


TEXTS = st.one_of(
    st.text(st.sampled_from("".join(SEPTETS)), max_size=500),
    st.text(st.sampled_from("ab€[😀灯ç"), max_size=300),
    st.builds(
        lambda filling, tail, more: "a" * filling + tail + more,
        st.integers(60, 330),
        st.text(st.sampled_from("a€^😀"), max_size=6),
        st.text(st.sampled_from("a€"), max_size=200),
    ),
)


@given(TEXTS)
def test_a_text_is_measured_as_it_is_laid_out(text):
    segments = laid(text)
    units = sum(len(unit) for segment in segments for unit in segment)
    is_gsm = all(char in SEPTETS for char in text)
    assert measure(text) == (is_gsm, units, len(segments))


@given(st.text(max_size=200))
def test_a_plain_text_is_one_line_that_stays_as_it_is(text):
    once = plain(text)
    assert plain(once) == once
    assert not set(once) & set("\n\r\t\u00a0\u200b’“”–…")


@given(st.text(st.sampled_from("abc ’“”„«»‘–—−…\u00a0\u202f\u2009•×€éü"), max_size=160))
def test_typography_never_costs_the_alphabet(text):
    assert measure(plain(text)).is_gsm
