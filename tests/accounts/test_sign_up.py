"""How sellers come in: not at all, by the operator's invitation, or by an application."""

import pytest
from django.test import Client

from orders.access import Role, Viewer
from orders.accounts.applications import apply
from orders.accounts.invitations import Place, invite
from orders.errors import DomainError
from orders.models import Seller, SellerApplication, User
from tests.accounts.conftest import path_in
from tests.support import cast
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

SIGN_UP, SELLERS = "/sign-up/", "/operator/sellers/"
CY = {"business": "Cy's Cups", "name": "Cy Chen", "email": "Cy@Example.com", "note": "Cups"}
NEW = {"name": "Cy Chen", "password": "a horse of another colour"}


@pytest.fixture
def olga(db, settings):
    """Olga runs the portal."""
    settings.SECOND_FACTOR_GRACE = None
    return User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")


def test_it_is_closed_unless_said_otherwise(settings, olga, building):
    assert settings.SELLER_SIGN_UP == "closed"
    assert Client().get(SIGN_UP).status_code == 404
    assert Client().post(SIGN_UP, CY).status_code == 404
    assert "Apply as a seller" not in Client().get("/accounts/login/").content.decode()
    with pytest.raises(DomainError, match="closed"):
        apply(business="Cy", name="Cy", email="cy@example.com", note="")
    place = Place(warehouse=building, business="Cy")
    with pytest.raises(DomainError, match="SELLER_SIGN_UP is closed"):
        invite("cy@example.com", Role.OWNER, place, viewer=Viewer.of(olga))


def test_the_operator_invites_a_business_and_its_owner_founds_it(settings, olga, building, mails):
    settings.SELLER_SIGN_UP = "invitation"
    assert Client().post(SIGN_UP, CY).status_code == 404
    operator = sign_in(olga)
    form = {"business": "Cy's Cups", "email": "cy@example.com", "warehouse": str(building.pk)}
    assert operator.post(SELLERS, form)["Location"] == SELLERS
    (mail,) = mails()
    assert mail.subject == "Open your account for Cy's Cups"
    assert f"to sell through {settings.SITE_URL} as the owner of Cy's Cups." in mail.text
    browser, path = Client(), path_in(mail, settings)
    assert 'value="Cy&#x27;s Cups"' in browser.get(path).content.decode()
    assert not Seller.objects.exists()
    browser.post(path, {**NEW, "business": "Cy's Fine Cups"})
    seller = Seller.objects.get()
    assert (seller.name, seller.slug, seller.warehouse) == (
        "Cy's Fine Cups",
        "cys-fine-cups",
        building,
    )
    assert seller.email == "cy@example.com"
    assert browser.get("/dashboard/settings/members/").status_code == 200


def test_two_businesses_of_one_name_are_two(settings, olga, building, mails):
    settings.SELLER_SIGN_UP = "invitation"
    for address in ("cy@example.com", "other@example.com"):
        place = Place(warehouse=building, business="Cups")
        invite(address, Role.OWNER, place, viewer=Viewer.of(olga))
    for mail in mails():
        Client().post(path_in(mail, settings), NEW)
    assert Seller.objects.filter(name="Cups").values("slug").distinct().count() == 2


def test_an_application_waits_for_the_operator(settings, olga, building, mails):
    settings.SELLER_SIGN_UP = "open"
    assert "Apply as a seller" in Client().get("/accounts/login/").content.decode()
    assert Client().post(SIGN_UP, CY).status_code == 200
    assert not User.objects.filter(email="cy@example.com").exists()
    assert mails() == []
    application = SellerApplication.objects.get()
    operator = sign_in(olga)
    assert "Cy&#x27;s Cups" in operator.get(SELLERS).content.decode()
    page = f"/operator/applications/{application.pk}/confirm/"
    assert operator.post(page, {"warehouse": str(building.pk)})["Location"] == SELLERS
    assert operator.post(page, {"warehouse": str(building.pk)}).status_code == 404
    (mail,) = mails()
    assert mail.recipients == ["cy@example.com"]
    Client().post(path_in(mail, settings), {**NEW, "business": "Cy's Cups"})
    assert Seller.objects.get().members.get().user.email == "cy@example.com"


def test_a_declined_application_founds_nothing(settings, olga, mails):
    settings.SELLER_SIGN_UP = "open"
    Client().post(SIGN_UP, CY)
    application = SellerApplication.objects.get()
    sign_in(olga).post(f"/operator/applications/{application.pk}/decline/")
    (mail,) = mails()
    assert mail.subject == "Your application"
    application.refresh_from_db()
    assert (application.decided_by, application.invitation) == (olga, None)


def test_applications_tell_nothing_about_accounts(settings, ada):
    settings.SELLER_SIGN_UP = "open"
    addresses = ("ada@example.com", "nobody@example.com", "nobody@example.com")
    pages = [Client().post(SIGN_UP, CY | {"email": email}).content for email in addresses]
    assert len(set(pages)) == 1
    assert SellerApplication.objects.count() == 2


def test_a_network_applies_five_times_an_hour(settings):
    settings.SELLER_SIGN_UP = "open"
    codes = [
        Client(REMOTE_ADDR="203.0.113.9")
        .post(SIGN_UP, CY | {"email": f"{number}@example.com"})
        .status_code
        for number in range(6)
    ]
    assert codes == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("field", "value"), [("email", "nobody"), ("email", "ä@example.com"), ("business", " ")]
)
def test_a_wrong_application_is_refused_at_its_field(settings, field, value):
    settings.SELLER_SIGN_UP = "open"
    answer = Client().post(SIGN_UP, CY | {field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.content.decode()
    assert not SellerApplication.objects.exists()
