"""The pages about accounts in a real browser: on a phone and a desk, by day and by night."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orders.access import Role, Viewer
from orders.accounts.invitations import Place, invite
from orders.keys import invitation_tokens
from orders.models import SellerApplication, User
from tests.browser.looking import DESK, PHONE, flaws
from tests.browser.people import Person
from tests.support import cast, portal
from tests.support.upstart import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PICTURES = os.environ.get("PICTURES_OF_ACCOUNTS", "")
LONG = "Wolfeschlegelsteinhausenbergerdorff"


def look_at(page, name):
    """Nothing is wrong with the page; a picture of each size and scheme if wanted."""
    assert flaws(page) == [], name
    for width, height in (PHONE, DESK) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            path = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)


@pytest.fixture
def office(ada, building, lea, pat):
    """Ada's members and who is invited, to her and to the building."""
    cast.make_user(f"{LONG.lower()}@example.com", LONG, Role.STAFF, seller=ada.seller)
    place, viewer = Place(seller=ada.seller), Viewer.of(ada.owner)
    invitation = invite("ben@example.com", Role.STAFF, place, viewer=viewer)
    invite("kim@example.com", Role.PICKER, Place(warehouse=building), viewer=Viewer.of(lea))
    SellerApplication.objects.create(
        business="Cy's Cups", name="Cy Chen", email="cy@example.com", note="Cups by hand"
    )
    return f"/join/{invitation_tokens(invitation.pk)[0]}/"


def test_strangers_pages_hinder_nobody(office, live_site, browser):
    context = browser.new_context(base_url=live_site)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    for name, path in (
        ("login", "/accounts/login/"),
        ("reset", "/accounts/password/reset/"),
        ("join", office),
    ):
        page.goto(path)
        look_at(page, name)
    page.goto("/accounts/password/reset/")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    page.wait_for_url("**/done/")
    assert said == []
    context.close()


PAGES_OF_OWNER = (
    ("account", "/accounts/"),
    ("again", "/accounts/reauthenticate/"),
    ("app", "/accounts/2fa/app/"),
    ("members", "/dashboard/settings/members/"),
)


def test_ones_own_pages_hinder_nobody(office, ada, live_site, browser):
    owner, said = Person(browser, live_site, ada.owner), []
    owner.page.on("console", lambda message: said.append(message.text))
    for name, path in PAGES_OF_OWNER:
        owner.go(path)
        look_at(owner.page, name)
    assert said == []
    owner.close()


def test_the_operators_pages_hinder_nobody_and_the_admin_keeps_its_policy(
    office, live_site, browser
):
    olga = User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")
    person, said = Person(browser, live_site, olga), []
    person.page.on("console", lambda message: said.append(message.text))
    person.go("/operator/sellers/")
    look_at(person.page, "sellers")
    for path in ("/admin/", "/admin/orders/user/", f"/admin/orders/user/{olga.pk}/change/"):
        person.go(path)
        expect(person.page.get_by_text("Fulfillment").first).to_be_attached()
    assert said == []
    person.close()


@pytest.fixture
def named_site(db, smtp_peer, sms_peer):
    """A web server whose address is a name: browsers make passkeys there."""
    port = free_port()
    address = f"http://localhost:{port}"
    env = portal.environment(smtp_peer, sms_peer) | {"SITE_URL": address}
    site = portal.start_site_at(env, port)
    yield address
    site.stop()


def sign_out(person):
    """Until the page has put the cursor into its field: Chromium notes who is faster."""
    person.press("Sign out")
    expect(person.page.get_by_label("E-mail")).to_be_focused()


def test_a_passkey_is_made_and_used_in_a_browser(ada, named_site, browser):
    owner, said = Person(browser, named_site, ada.owner), []
    owner.page.on("console", lambda message: said.append(message.text))
    chromium = owner.context.new_cdp_session(owner.page)
    chromium.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    owner.go("/accounts/2fa/passkeys/add/")
    owner.page.get_by_label("Name").fill("Laptop")
    owner.page.get_by_label("Also sign in with it alone").check()
    owner.press("Add passkey")
    expect(owner.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look_at(owner.page, "codes")
    owner.go("/accounts/")
    expect(owner.page.get_by_text("Laptop")).to_be_visible()
    owner.go("/dashboard/")
    sign_out(owner)
    owner.press("Sign in with a passkey")
    owner.page.wait_for_url("**/dashboard/")
    sign_out(owner)
    owner.page.get_by_label("E-mail").fill(ada.owner.email)
    owner.page.get_by_label("Password").fill(cast.PASSWORD)
    owner.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(owner.page.get_by_role("heading", name="Second factor")).to_be_visible()
    owner.press("Use a passkey")
    owner.page.wait_for_url("**/dashboard/")
    assert said == []
    owner.close()
