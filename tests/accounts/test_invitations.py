"""Invitations: who may invite whom, the mailed link, accepting it once, and not too late."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.access import Role, Viewer
from orders.accounts import mailing
from orders.accounts.invitations import LASTS, Place, accept, invite
from orders.accounts.members import remove_member
from orders.errors import DomainError
from orders.keys import invitation_tokens
from orders.models import AccountMail, Event, Invitation, Member, Seller, User
from tests.accounts.conftest import path_in
from tests.support import cast
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

MEMBERS, PEOPLE = "/dashboard/settings/members/", "/warehouse/people/"
NEW = {"name": "Ben Berg", "password": "a horse of another colour"}


@pytest.fixture
def invited(ada, mails, settings):
    """The path of the link in the mail that makes Ben staff of Ada's."""
    answer = sign_in(ada.owner).post(MEMBERS, {"email": "Ben@Example.com", "role": "staff"})
    assert (answer.status_code, answer["Location"]) == (302, MEMBERS)
    (mail,) = mails()
    assert mail.recipients == ["ben@example.com"]
    assert mail.subject == "Your invitation to Ada's Lamps"
    return path_in(mail, settings)


def test_a_link_makes_an_account_with_the_role_and_signs_it_in(ada, invited):
    browser = Client()
    assert "Join <bdi>Ada&#x27;s Lamps</bdi>" in browser.get(invited).content.decode()
    answer = browser.post(invited, NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    ben = User.objects.get(email="ben@example.com")
    assert ben.name == "Ben Berg"
    assert list(ben.members.values_list("role", "seller")) == [("staff", ada.seller.pk)]
    assert browser.get("/dashboard/").status_code == 200
    assert sign_in(ben, password=NEW["password"]).get("/dashboard/").status_code == 200
    kinds = Event.objects.filter(seller=ada.seller).values_list("kind", flat=True)
    assert {"invitation.sent", "member.added"} <= set(kinds)


def test_a_link_works_once_and_its_token_is_not_kept(invited):
    token = invited.split("/")[2]
    assert token.encode() not in bytes(Invitation.objects.get().token_hash)
    assert token not in str(AccountMail.objects.values().get())
    Client().post(invited, NEW)
    for answer in (Client().get(invited), Client().post(invited, NEW)):
        assert answer.status_code == 404
        assert "This invitation is not open" in answer.content.decode()
    assert User.objects.filter(email="ben@example.com").count() == 1


def test_a_link_ends_after_seven_days(invited):
    with time_machine.travel(timezone.now() + LASTS - timedelta(minutes=1)):
        assert Client().get(invited).status_code == 200
    with time_machine.travel(timezone.now() + LASTS + timedelta(minutes=1)):
        assert Client().post(invited, NEW).status_code == 404
    assert not User.objects.filter(email="ben@example.com").exists()


def test_a_withdrawn_link_is_closed(ada, invited):
    invitation = Invitation.objects.get()
    page = f"/dashboard/settings/invitations/{invitation.pk}/withdraw/"
    assert sign_in(ada.owner).post(page)["Location"] == MEMBERS
    assert Client().get(invited).status_code == 404
    with pytest.raises(DomainError, match="no longer open"):
        accept(invitation, ada.owner)


@pytest.mark.parametrize("end", ["removed", "inactive", "demoted"])
def test_an_invitation_ends_with_its_senders_right_to_send_it(ada, end):
    """A removed owner comes back by none of their own, nor lets anybody else in."""
    mallory = cast.make_user("mallory@example.com", "Mallory", Role.OWNER, seller=ada.seller)
    place = Place(seller=ada.seller)
    sent = [
        invite(email, role, place, viewer=Viewer.of(mallory))
        for email, role in (("mallory@example.com", "staff"), ("friend@example.com", "owner"))
    ]
    paths = [f"/join/{invitation_tokens(row.pk)[0]}/" for row in sent]
    assert [Client().get(path).status_code for path in paths] == [200, 200]
    if end == "demoted":
        Member.objects.create(user=mallory, role=Role.STAFF, seller=ada.seller)
    if end == "inactive":
        User.objects.filter(pk=mallory.pk).update(is_active=False)
    else:
        remove_member(Member.objects.get(user=mallory, role=Role.OWNER), actor=ada.owner)

    assert [Client().post(path, NEW).status_code for path in paths] == [404, 404]
    with pytest.raises(DomainError, match="no longer open"):
        accept(sent[0], mallory)
    assert not User.objects.filter(email="friend@example.com").exists()


def test_an_invitation_sent_again_closes_the_one_before(ada, invited, mails, settings):
    owner = sign_in(ada.owner)
    listed = owner.get(MEMBERS).content.decode().partition("not yet here")[2]
    form = listed.partition("Send again")[0]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert fields["place"] == str(ada.seller.pk)
    assert owner.post(MEMBERS, fields).status_code == 302
    (mail,) = mails()
    assert "(Europe/Berlin)" in mail.text
    assert Client().get(invited).status_code == 404
    assert Client().get(path_in(mail, settings)).status_code == 200


def test_an_address_gets_so_many_a_day(ada, mails):
    owner = sign_in(ada.owner)
    answers = [
        owner.post(MEMBERS, {"email": "victim@example.com", "role": "staff"}) for _ in range(7)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422] * 2
    assert "5 invitations within a day" in answers[-1].content.decode()
    assert len(mails()) == 1  # the last one: its forerunners were replaced before they left


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("Ben", "short", "too short"),
        ("Ben", "1qaz2wsx3edc", "too common"),
        ("Ben", "ben@example.com", "too similar"),
        ("", NEW["password"], "required"),
    ],
)
def test_a_weak_account_is_refused_at_its_field(invited, name, password, said):
    answer = Client().post(invited, {"name": name, "password": password})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not User.objects.filter(email="ben@example.com").exists()


def test_who_has_an_account_signs_in_and_accepts(bo, invited, mails):
    ben = cast.make_user("ben@example.com", "Ben Berg", Role.STAFF, seller=bo.seller)
    page = Client().get(invited).content.decode()
    assert "sign in, then you can accept" in page
    assert Client().post(invited, NEW).status_code == 200  # a page, no second account
    browser = sign_in(ben)
    assert "Accept" in browser.get(invited).content.decode()
    assert browser.post(invited)["Location"] == "/"
    assert {str(member.seller) for member in ben.members.all()} == {"Ada's Lamps", "Bo & Leaf"}


def test_another_account_cannot_take_it(bo, invited):
    browser = sign_in(bo.owner)
    page = browser.post(invited).content.decode()
    assert "You are signed in as <bdi>bo@example.com</bdi>" in page
    assert bo.owner.members.count() == 1
    with pytest.raises(DomainError, match=r"addressed to ben@example\.com"):
        accept(Invitation.objects.get(), bo.owner)


def test_an_inviter_cannot_tell_who_has_an_account(ada, bo, mails):
    browser = sign_in(ada.owner)
    pages = []
    for address in ("bo@example.com", "nobody@example.com"):
        answer = browser.post(MEMBERS, {"email": address, "role": "staff"}, follow=True)
        text = answer.content.decode().replace(address, "")
        pages.append(text[text.index("mailed to") :][:60])
    assert pages[0] == pages[1]
    assert len(mails()) == 2


ROLES = (Role.OWNER, Role.STAFF, Role.LEAD, Role.PICKER, Role.COURIER, Role.OPERATOR)


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("ada", "ada", {Role.OWNER, Role.STAFF}),
        ("ada", "bo", set()),
        ("ada", "building", set()),
        ("ada", "portal", set()),
        ("sam", "ada", set()),
        ("lea", "building", {Role.LEAD, Role.PICKER, Role.COURIER}),
        ("lea", "other building", set()),
        ("lea", "ada", set()),
        ("pat", "building", set()),
        ("olga", "ada", {Role.OWNER, Role.STAFF}),
        ("olga", "other building", {Role.LEAD, Role.PICKER, Role.COURIER}),
        ("olga", "portal", {Role.OPERATOR}),
    ],
)
def test_who_may_give_which_role_where(ada, bo, building, lea, pat, who, where, may):
    users = {"ada": ada.owner, "lea": lea, "pat": pat}
    users["sam"] = cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    users["olga"] = User.objects.create_superuser("olga@example.com", "x", name="Olga")
    places = {
        "ada": Place(seller=ada.seller),
        "bo": Place(seller=bo.seller),
        "building": Place(warehouse=building),
        "other building": Place(warehouse=cast.make_warehouse("HAM")),
        "portal": Place(),
    }
    viewer, given = Viewer.of(users[who]), set()
    for role in ROLES:
        try:
            invite("new@example.com", role, places[where], viewer=viewer)
            given.add(role)
        except DomainError as error:
            assert str(error) == "You cannot give this role here."
    assert given == may
    assert Invitation.objects.count() == len(may)


def test_a_lead_invites_to_the_building_on_the_floors_page(lea, building, mails, settings):
    browser = sign_in(lea)
    assert "Invite somebody" in browser.get(PEOPLE).content.decode()
    browser.post(PEOPLE, {"email": "kim@example.com", "role": "picker"})
    (mail,) = mails()
    assert "as picker." in mail.text
    Client().post(path_in(mail, settings), NEW)
    member = Member.objects.get(user__email="kim@example.com")
    assert (member.role, member.warehouse) == ("picker", building)


def test_another_sellers_members_and_invitations_are_not_there(ada, bo, invited):
    invitation, member = Invitation.objects.get(), ada.owner.members.get()
    browser = sign_in(bo.owner)
    page = browser.get(MEMBERS).content.decode()
    assert "ben@example.com" not in page
    assert "ada@example.com" not in page
    for path in (f"invitations/{invitation.pk}/withdraw/", f"members/{member.pk}/remove/"):
        assert browser.post(f"/dashboard/settings/{path}").status_code == 404
    posted = {"email": "eve@example.com", "role": "owner", "place": str(ada.seller.pk)}
    assert browser.post(MEMBERS, posted).status_code == 404
    assert Invitation.objects.count() == 1


def test_who_has_two_sellers_says_which(ada, bo, mails):
    Member.objects.create(user=ada.owner, role=Role.OWNER, seller=bo.seller)
    browser, posted = sign_in(ada.owner), {"email": "ben@example.com", "role": "staff"}
    answer = browser.post(MEMBERS, posted)
    assert answer.status_code == 422
    assert "Choose where this person will work." in answer.content.decode()
    assert browser.post(MEMBERS, posted | {"place": str(bo.seller.pk)}).status_code == 302
    assert Invitation.objects.get().seller == bo.seller


def test_an_operator_is_let_into_the_admin_and_out_again(ada, mails, settings):
    settings.SECOND_FACTOR_GRACE = None
    olga = User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")
    Member.objects.create(user=olga, role=Role.OPERATOR)
    sign_in(olga).post("/operator/people/", {"email": "otto@example.com"})
    (mail,) = mails()
    browser = Client()
    browser.post(path_in(mail, settings), NEW)
    assert browser.get("/admin/orders/order/").status_code == 200
    otto = User.objects.get(email="otto@example.com")
    member = otto.members.get()
    assert sign_in(olga).post(f"/operator/people/{member.pk}/remove/").status_code == 302
    assert browser.get("/admin/").status_code == 302
    otto.refresh_from_db()
    assert (otto.is_staff, otto.is_superuser) == (False, False)
    last = olga.members.get()
    answer = sign_in(olga).post(f"/operator/people/{last.pk}/remove/")
    assert (answer.status_code, "last operator" in answer.content.decode()) == (409, True)


def test_a_place_has_a_limit_of_open_invitations(ada, monkeypatch):
    monkeypatch.setattr("orders.accounts.invitations.MOST_OPEN", 2)
    viewer, place = Viewer.of(ada.owner), Place(seller=ada.seller)
    for number in range(2):
        invite(f"{number}@example.com", Role.STAFF, place, viewer=viewer)
    with pytest.raises(DomainError, match="2 invitations are open here"):
        invite("3@example.com", Role.STAFF, place, viewer=viewer)
    assert Seller.objects.get().invitations.count() == 2


def test_paths_in_mails_are_those_of_the_pages():
    uid = "a" * 32
    assert mailing.RESET_PATH.format(uid=uid, token="t-1") == reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uid, "key": "t-1"}
    )
    assert mailing.JOIN_PATH.format(token="abc") == reverse("join", args=["abc"])
    assert reverse("mfa_index") == mailing.ACCOUNT_PATH
