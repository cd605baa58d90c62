"""Roles that are taken away: at once, with every session, and never that of the last owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from orders.access import Role
from orders.accounts.members import end_sessions, remove_member
from orders.errors import DomainError
from orders.models import Event, Member, User
from tests.support import cast, servers
from tests.support.databases import superuser
from tests.support.signing_in import sign_in
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db

OPERATORS = "/operator/people/"


@pytest.fixture
def sam(ada):
    """Sam works for Ada."""
    return cast.make_user("sam@example.com", "Sam Sand", Role.STAFF, seller=ada.seller)


def remove_page(user):
    return f"/dashboard/settings/members/{user.members.get().pk}/remove/"


def test_a_removed_member_is_signed_out_everywhere(ada, sam):
    desk, phone, machine = sign_in(sam), sign_in(sam), Client()
    machine.force_login(sam, backend="orders.accounts.sign_in.ViewerBackend")
    for browser in (desk, phone, machine):
        assert browser.get("/dashboard/").status_code == 200
    owner = sign_in(ada.owner)
    assert owner.post(remove_page(sam))["Location"] == "/dashboard/settings/members/"
    for browser in (desk, phone, machine):
        answer = browser.get("/dashboard/")
        assert answer["Location"].startswith("/accounts/login/")
    assert owner.get("/dashboard/").status_code == 200
    event = Event.objects.get(kind="member.removed")
    assert (event.seller, event.actor, event.data) == (ada.seller, ada.owner, {"role": "staff"})


def test_a_button_that_is_pressed_twice_takes_a_role_once(ada, sam):
    member = sam.members.get()
    twin = Member.objects.get(pk=member.pk)
    remove_member(member, actor=ada.owner)
    with pytest.raises(DomainError, match="Sam Sand has lost this role already"):
        remove_member(twin, actor=ada.owner)
    assert Event.objects.filter(kind="member.removed").count() == 1


def test_an_end_of_sessions_lets_a_new_one_begin(sam):
    before = sign_in(sam)
    end_sessions(sam)
    assert before.get("/dashboard/").status_code == 302
    assert sign_in(sam).get("/dashboard/").status_code == 200


def test_a_rotated_key_keeps_sessions_that_were_not_ended(sam, settings):
    end_sessions(sam)
    browser = sign_in(sam)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "only-for-tests-" + "1" * 40
    assert browser.get("/dashboard/").status_code == 200


def test_the_last_owner_stays(ada, sam):
    owner = sign_in(ada.owner)
    answer = owner.post(remove_page(ada.owner))
    assert answer.status_code == 409
    assert "Ada Ahlgren is the last seller owner" in answer.content.decode()
    assert owner.get("/dashboard/").status_code == 200
    gone = cast.make_user("gone@example.com", "Gone", Role.OWNER, seller=ada.seller)
    User.objects.filter(pk=gone.pk).update(is_active=False)  # nobody who could invite
    assert owner.post(remove_page(ada.owner)).status_code == 409
    cast.make_user("ann@example.com", "Ann", Role.OWNER, seller=ada.seller)
    assert owner.post(remove_page(ada.owner))["Location"] == "/"
    assert not ada.owner.members.exists()


def test_two_owners_who_remove_each_other_leave_one(ada):
    other = cast.make_user("ann@example.com", "Ann", Role.OWNER, seller=ada.seller)
    pairs = [(ada.owner, other), (other, ada.owner)]

    def remove(pair):
        try:
            remove_member(pair[1].members.get(), actor=pair[0])
        except (DomainError, Member.DoesNotExist):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, pairs)) == [False, True]
    assert Member.objects.filter(seller=ada.seller, role=Role.OWNER).count() == 1


def test_a_lead_removes_people_of_the_building_only(ada, lea, pat, building):
    far = cast.make_user(
        "far@example.com", "Far", Role.PICKER, warehouse=cast.make_warehouse("HAM")
    )
    browser = sign_in(lea)
    page = browser.get("/warehouse/people/").content.decode()
    assert ("pat@example.com" in page, "far@example.com" in page) == (True, False)
    for user, status in ((pat, 302), (far, 404), (ada.owner, 404)):
        path = f"/warehouse/people/{user.members.get().pk}/remove/"
        assert browser.post(path).status_code == status, user
    assert not pat.members.exists()


def test_the_page_offers_no_removal_of_the_last_owner(ada):
    browser = sign_in(ada.owner)
    page = browser.get("/dashboard/settings/members/").content.decode()
    assert "The last owner cannot be removed." in page
    cast.make_user("second@example.com", "Second", Role.OWNER, seller=ada.seller)
    page = browser.get("/dashboard/settings/members/").content.decode()
    assert "The last owner cannot be removed." not in page
    assert page.count("loses this role now") == 2


def test_the_page_offers_no_removal_of_the_last_operator(db, settings):
    settings.SECOND_FACTOR_GRACE = None
    browser = sign_in(cast.make_user("ole@example.com", "Ole", Role.OPERATOR))
    assert "The last operator cannot be removed." in browser.get(OPERATORS).content.decode()
    cast.make_user("second@example.com", "Second", Role.OPERATOR)
    page = browser.get(OPERATORS).content.decode()
    assert "The last operator cannot be removed." not in page
    assert page.count("loses this role now") == 2


def test_two_operators_who_remove_each_other_leave_one(db):
    users = [cast.make_user(f"{name}@example.com", name, Role.OPERATOR) for name in ("ole", "ona")]
    members = [user.members.get() for user in users]
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Both have looked who else there is, and wait, before the first of them is removed.
            list(User.objects.select_for_update().order_by("pk"))
            removals = [
                pool.submit(alone, remove_member, member, actor=actor)
                for member, actor in zip(members, reversed(users), strict=True)
            ]
            wait_until(lambda: waiting_for_locks() == 2)
        outcomes = [removal.exception() for removal in removals]
    assert [type(outcome) for outcome in outcomes if outcome] == [DomainError]
    assert Member.objects.filter(role=Role.OPERATOR).count() == 1


def alone(action, *given, **named):
    """Act in a thread, on a connection that is closed afterwards."""
    try:
        return action(*given, **named)
    finally:
        connection.close()


def waiting_for_locks():
    """Asked outside of the test's transaction, which would be told the same for ever."""
    with superuser() as server:
        row = server.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
            [servers.DATABASE],
        ).fetchone()
    return row[0]


def test_an_operator_to_whom_the_admin_is_closed_is_none(db, settings):
    settings.SECOND_FACTOR_GRACE = None
    olga, otto = (
        User.objects.create_superuser(f"{name}@example.com", cast.PASSWORD, name=name)
        for name in ("olga", "otto")
    )
    Member.objects.create(user=otto, role=Role.OPERATOR)
    browser, page = sign_in(otto), f"/admin/orders/user/{otto.pk}/change/"
    assert browser.get("/operator/people/").status_code == 200
    counts = {f"members-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    sent = {"email": otto.email, "name": "otto", "is_active": "on"} | counts
    assert sign_in(olga).post(page, sent)["Location"] == "/admin/orders/user/"
    for path in ("/operator/people/", "/dashboard/orders/", "/warehouse/"):
        assert browser.get(path)["Location"].startswith("/accounts/login/"), path
    assert sign_in(otto).get("/operator/people/").status_code == 403
