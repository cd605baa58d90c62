"""The portal at a moment of a story, phones that run no scripts, and people who are signed in."""

from datetime import UTC, datetime

import pytest

from tests.browser.people import Person
from tests.browser.site import PHONE, Site

ASKED = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 9:00 in Berlin


@pytest.fixture
def site(db):
    with Site(ASKED) as running:
        yield running


@pytest.fixture
def phone(browser, site):
    """A phone in a language; its pages run no scripts."""
    contexts = []

    def of(language):
        options = {"viewport": PHONE, "locale": language, "java_script_enabled": False}
        contexts.append(browser.new_context(base_url=site.address, **options))
        return contexts[-1].new_page()

    yield of
    for context in contexts:
        context.close()


@pytest.fixture
def person(browser, site):
    """Somebody at a screen of this size."""
    people = []

    def of(user, **size):
        people.append(Person(browser, site.address, user, at_once=True, **size))
        return people[-1]

    yield of
    for one in people:
        one.close()
