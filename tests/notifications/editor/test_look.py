"""A shop's colour: refused where it cannot be read, the same in mails and on the tracking page."""

import re

import pytest
from django.test import Client

from notifications.colours import DAY, LEAST_CONTRAST, NIGHT, WHITE, contrast, stylesheet
from notifications.models import MessageSettings
from orders.access import Role
from orders.models import Event
from tests.support.cast import make_order, make_user
from tests.tracking.tracked import proven

pytestmark = pytest.mark.django_db

COLOURS = ["#0b6372", "#7a1f5c", "#000000", "#b3261e", "#1f3fd1", "#707070"]
ACCENT = re.compile(r"--accent:(#\w{6});--accent-strong:(#\w{6});--on-accent:(#\w{6})")


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def page(side):
    return f"/dashboard/messages/look/{side.seller.pk}/"


def kept(side):
    return MessageSettings.objects.values_list("accent", "markup").get(seller=side.seller)


def test_a_readable_colour_is_kept_and_shown(ada, client):
    given = {"accent": "#7A1F5C", "picked": "#0b6372", "markup": "on"}
    assert client.post(page(ada), given).status_code == 302
    assert kept(ada) == ("#7a1f5c", True)
    event = Event.objects.get(kind="message_settings.changed")
    assert event.data == {"accent": "#7a1f5c", "markup": True}
    assert 'value="#7a1f5c"' in client.get(page(ada)).content.decode()


@pytest.mark.parametrize(
    ("kept_before", "typed", "picked", "expected"),
    [
        ("", "", "#7a1f5c", "#7a1f5c"),
        ("#7a1f5c", "#7a1f5c", "#1f3fd1", "#1f3fd1"),
        ("#7a1f5c", "", "#7a1f5c", ""),
        ("#7a1f5c", "#1f3fd1", "#7a1f5c", "#1f3fd1"),
        ("", "#0b6372", "#0b6372", ""),
        ("", "", "", ""),
    ],
)
def test_without_a_script_the_field_that_was_changed_counts(
    ada, client, kept_before, typed, picked, expected
):
    MessageSettings.objects.filter(seller=ada.seller).update(accent=kept_before)
    assert client.post(page(ada), {"accent": typed, "picked": picked}).status_code == 302
    assert kept(ada)[0] == expected


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(ada, client):
    answer = client.post(page(ada), {"accent": "#ffd400", "picked": "#0b6372", "markup": "on"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "#ffd400 has a contrast of 1.4:1 on white; text needs 4.5:1." in words
    suggestion = re.search(r'name="accent" value="(#\w{6})"', words).group(1)
    assert contrast(suggestion, WHITE) >= LEAST_CONTRAST
    assert kept(ada) == ("", False)
    client.post(page(ada), {"accent": suggestion, "markup": "on"})
    assert kept(ada) == (suggestion, True)


@pytest.mark.parametrize("accent", ["red", "#fff", "#gggggg", "url(x)", "#0b6372;}", "#0b63\x00"])
def test_what_is_no_colour_is_refused(ada, client, accent):
    answer = client.post(page(ada), {"accent": accent})
    assert (answer.status_code, kept(ada)[0]) == (422, "")
    assert "Enter a colour such as #0b6372." in answer.content.decode()


def test_only_the_owner_decides_about_the_own_look(ada, bo):
    for user, status in (
        (make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller), 403),
        (bo.owner, 404),
    ):
        browser = Client()
        browser.force_login(user)
        assert browser.get(page(ada)).status_code == status
        assert browser.post(page(ada), {"accent": "#7a1f5c"}).status_code == status
    assert kept(ada)[0] == ""


@pytest.mark.parametrize("colour", COLOURS)
def test_the_colour_can_be_read_by_day_and_by_night(colour):
    day, night = ACCENT.findall(stylesheet(colour))
    for ground, words in ((DAY, day), (NIGHT, night)):
        accent, strong, ink = words
        assert contrast(accent, ground) >= LEAST_CONTRAST
        assert contrast(strong, ground) >= LEAST_CONTRAST
        assert contrast(ink, accent) >= LEAST_CONTRAST
        assert contrast(ink, strong) >= LEAST_CONTRAST


def test_the_tracking_page_has_the_colour_of_its_shop(ada, bo):
    MessageSettings.objects.filter(seller=ada.seller).update(accent="#7a1f5c")
    for side, size in ((ada, True), (bo, False)):
        order = make_order(side, {"GHOST": 1})
        address = f"/track/brand/{side.seller.pk}.css"
        for what in ("", "updates/", "return/"):
            words = proven(order).get(f"/track/{order.token}/{what}").content.decode()
            assert f'<link rel="stylesheet" href="{address}">' in words
        answer = Client().get(address)
        assert bool(answer.content) is size
        assert answer.headers["Content-Type"] == "text/css"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert (answer.cookies, len(answer.content) < 300) == ({}, True)
    assert b"--accent:#7a1f5c" in Client().get(f"/track/brand/{ada.seller.pk}.css").content
