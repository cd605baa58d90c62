"""A session is read with its person, which decides nothing: the session says whose it is."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fulfillment.database import sessions
from orders.access import Role, Viewer
from orders.accounts.signed_in import USER
from orders.models import Member, User
from orders.statements import run
from tests.support.cast import make_seller, make_user
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
HOME = "/warehouse/"


@dataclass
class Screen:
    """A scanner on which a person has opened the floor: from then on it is known whose it is."""

    person: User
    client: Client

    def opens(self) -> str:
        answer = self.client.get(HOME)
        return answer["Location"] if answer.status_code == 302 else answer.content.decode()

    @property
    def key(self) -> str:
        return self.client.session.session_key or ""


def screen_of(building: Any, name: str) -> Screen:
    email = f"{name.lower()}@example.com"
    client = Client()
    person = make_user(email, name, Role.PICKER, warehouse=building)
    client.force_login(person, backend="orders.accounts.sign_in.ViewerBackend")
    found = Screen(person, client)
    assert f'data-name="{name}"' in found.opens()
    return found


@pytest.fixture
def mo(building) -> Screen:
    return screen_of(building, "Mo")


LOGIN = f"{reverse('account_login')}?next=%2Fwarehouse%2F"


def statements_of(screen: Screen) -> int:
    with count_statements() as sent:
        screen.opens()
    return len(sent)


def test_a_session_that_is_known_is_one_statement_with_its_person(mo):
    known = statements_of(mo)
    sessions._whose.clear()

    assert statements_of(mo) == known + 1


def test_the_session_says_whose_it_is(mo, building):
    lou = screen_of(building, "Lou")
    sessions._whose[mo.key] = lou.person.pk

    assert 'data-name="Mo"' in mo.opens()
    assert sessions._whose[mo.key] == mo.person.pk


def test_who_is_no_longer_active_is_asked_to_sign_in(mo):
    User.objects.filter(pk=mo.person.pk).update(is_active=False)

    assert mo.opens() == LOGIN


def test_who_is_deleted_is_asked_to_sign_in(mo):
    Member.objects.filter(user=mo.person).delete()
    User.objects.filter(pk=mo.person.pk).delete()

    assert mo.opens() == LOGIN


def test_a_new_password_and_the_end_of_sessions_are_of_now(mo, building):
    lou = screen_of(building, "Lou")
    mo.person.set_password("a new one, of now")
    mo.person.save(update_fields=["password"])
    User.objects.filter(pk=lou.person.pk).update(sessions_ended=1)

    assert (mo.opens(), lou.opens()) == (LOGIN, LOGIN)


def test_a_session_that_was_ended_elsewhere_is_of_nobody(mo):
    mo.client.session.delete()

    assert mo.opens() == LOGIN


def test_a_role_that_was_taken_opens_nothing(mo):
    Member.objects.filter(user=mo.person).update(role=Role.COURIER)

    assert mo.client.get(HOME).status_code == 403


def test_few_sessions_are_known(mo):
    sessions._whose |= {str(number): mo.person.pk for number in range(sessions.MOST_KNOWN)}
    sessions._whose.pop(mo.key, None)

    mo.opens()

    assert len(sessions._whose) == 1


def test_what_is_seen_in_a_building_is_read_with_the_person(mo, building):
    def seen() -> list[str]:
        ids = Viewer.of(USER.first(mo.person.pk)).reach.strip("'{}").split(",")
        [(text,)] = run("SELECT portal_building('{}', $1::uuid[])", [[building.pk]])
        assert sorted(ids) == sorted(text.strip("{}").split(","))
        return ids

    assert str(building.pk) in seen()
    cleo = make_seller("Cleo's Clocks", "cleo@example.com", building, owner="Cleo Clark")
    assert str(cleo.seller.pk) in seen()
