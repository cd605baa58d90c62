"""The twelve tasks: each prepares rows, is handed the first page, acts, shows that it is done."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from notifications.delivery.sending import send_due
from notifications.models import Suppression
from orders.access import Role
from orders.decisions.bulk_work import work_on_bulk_jobs
from orders.lifecycle.holds import hold_order
from orders.models import Hold, Invitation, Order, OrderLine, Return, SalesChannel, Shipment, User
from orders.returns.handling import request_return
from orders.states import ReturnStatus
from tests.browser.dashboard.tasks.counting import Hand
from tests.support import cast
from tests.support.stories import deliver, make_ready, ship
from warehouse.stock.allocation import allocate_due
from warehouse.tasks import foresee_lateness

PHONE = "+4915112345670"


@dataclass
class Town:
    """Ada's shop with other orders around the one that matters, and who works there."""

    ada: cast.SellerSide
    building: object
    pat: User
    pia: User
    lea: User
    cory: User

    def order(self, units=1, **fields) -> Order:
        return cast.make_order(self.ada, {"LAMP": units}, **fields)

    def make_late(self, order, **ago):
        """It should have left so long ago."""
        moment = timezone.now() - timedelta(**ago)
        Order.objects.filter(pk=order.pk).update(ship_by=moment)
        order.shipments.update(ship_by=moment)


Task = Callable[[Town], Generator[None, Hand, None]]
TASKS: dict[str, Task] = {}


def task(title: str) -> Callable[[Task], Task]:
    """One of the twelve, by the title of its row."""

    def register(story: Task) -> Task:
        TASKS[title] = story
        return story

    return register


def search(hand: Hand, words: str):
    """By the field in the bar; the only order that is found opens."""
    hand.click(hand.page.get_by_role("link", name="Search", exact=True))
    hand.fill(hand.page.get_by_role("dialog").get_by_role("textbox"), words)
    hand.press("Enter")
    hand.page.wait_for_url("**/dashboard/orders/**")


def press(hand: Hand, name: str, within=None):
    hand.click((within or hand.page).get_by_role("button", name=name, exact=True))


def follow(hand: Hand, name: str, within=None):
    hand.click((within or hand.page).get_by_role("link", name=name, exact=True))


def go(hand: Hand, name: str):
    """By the bar, or by the tabs of the settings."""
    hand.click(hand.page.get_by_role("navigation").get_by_role("link", name=name, exact=True))


def unfold(hand: Hand, name: str):
    hand.click(hand.page.locator("summary", has_text=name))


@task("Find the late parcel of a customer by phone number")
def find_the_late_parcel(town):
    order = town.order(phone=PHONE)
    allocate_due()
    town.make_late(order, hours=3)
    hand = yield
    search(hand, "0151 12345670")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text(order.number)
    expect(hand.page.get_by_text("Late: it was to leave by")).to_be_visible()


@task("Correct the address of an order")
def correct_an_address(town):
    order = town.order()
    hand = yield
    search(hand, order.number)
    follow(hand, "Edit order")
    hand.fill(hand.page.get_by_label("Street and number"), "Unter den Linden 77")
    press(hand, "Save changes")
    expect(hand.page.get_by_text("Unter den Linden 77").first).to_be_visible()
    order.refresh_from_db()
    assert order.street == "Unter den Linden 77"


@task("Release twenty orders on hold")
def release_twenty(town):
    for _ in range(20):
        reason = Hold.Reason.SELLER
        hold_order(town.order(), reason=reason, detail="recall", actor=town.ada.owner)
    hand = yield
    press(hand, "Release all")
    hand.click(hand.page.get_by_role("button", name="20 orders"))
    work_on_bulk_jobs()
    assert not Hold.objects.filter(released_at=None).exists()


@task("See why a text was not sent")
def see_why_no_text(town):
    stopped = {"channel": "sms", "recipient": PHONE, "reason": Suppression.Reason.STOPPED}
    Suppression.objects.create(seller=town.ada.seller, **stopped)
    order = town.order(phone=PHONE)
    send_due()
    hand = yield
    search(hand, order.number)
    expect(hand.page.locator(".told-by", has_text="opted out").first).to_be_visible()


@task("Invite a colleague")
def invite_a_colleague(town):
    hand = yield
    go(hand, "Settings")
    go(hand, "Members")
    hand.fill(hand.page.get_by_label("E-mail"), "cleo@example.com")
    hand.click(hand.page.get_by_role("radio", name="Staff"))
    press(hand, "Mail the invitation")
    expect(hand.page.get_by_text("cleo@example.com").first).to_be_visible()
    assert Invitation.objects.get().role == Role.STAFF


@task("Connect a shop")
def connect_a_shop(town):
    hand = yield
    go(hand, "Settings")
    hand.choose(hand.page.get_by_label("Kind of channel"), "WooCommerce")
    hand.fill(hand.page.get_by_label("Name", exact=True), "Outlet")
    press(hand, "Add")
    unfold(hand, "No signing secret yet")
    secret = hand.page.get_by_label("New secret, as shown by the shop").locator("visible=true")
    hand.fill(secret, "hush-of-the-outlet")
    press(hand, "Save", hand.page.locator("form", has_text="No signing secret yet"))
    expect(hand.page.get_by_text("Signing secret of Outlet saved.")).to_be_visible()
    assert SalesChannel.objects.get(name="Outlet").secret


@task("Print the slips of ten orders")
def print_ten_slips(town):
    for _ in range(10):
        town.order()
    make_ready(town.building, town.pat, town.pia)
    hand = yield
    go(hand, "Orders")
    hand.click(hand.page.get_by_label("Tick all on this page"))
    with hand.page.expect_response("**/orders/slips/**") as sent:
        press(hand, "Print slips")
    assert sent.value.headers["content-type"] == "application/pdf"
    assert len(sent.value.url.partition("=")[2].split(",")) == 10


@task("Cancel one unit of an order")
def cancel_one_unit(town):
    order = town.order(units=2)
    hand = yield
    search(hand, order.number)
    unfold(hand, "Cancel units")
    hand.fill(hand.page.get_by_role("spinbutton").first, "1")
    press(hand, "Cancel these units")
    expect(hand.page.get_by_role("status")).to_be_visible()
    assert OrderLine.objects.get(order=order).cancelled == 1


@task("Approve a return")
def approve_a_return(town):
    order = town.order()
    deliver(town.building, town.cory, ship(town.building, town.pat, town.pia), leader=town.lea)
    request_return(order, units={order.lines.get().pk: 1}, reason="too_large")
    hand = yield
    press(hand, "Approve")
    expect(hand.page.get_by_role("status")).to_be_visible()
    assert Return.objects.get().status == ReturnStatus.APPROVED


@task("Export last week's late orders")
def export_late_orders(town):
    orders = [town.order() for _ in range(3)]
    allocate_due()
    days = timezone.now() - timedelta(days=7)
    Order.objects.filter(pk__in=[orders[0].pk, orders[1].pk]).update(created_at=days)
    town.make_late(orders[0], days=5)
    town.make_late(orders[2], hours=2)
    hand = yield
    go(hand, "Orders")
    unfold(hand, "+ Filter")
    hand.click(hand.page.get_by_label("Late only"))
    hand.fill(hand.page.get_by_label("From", exact=True), f"{days - timedelta(days=3):%Y-%m-%d}")
    hand.fill(hand.page.get_by_label("To", exact=True), f"{days + timedelta(days=3):%Y-%m-%d}")
    press(hand, "Show")
    unfold(hand, "Export")
    with hand.page.expect_download() as saved:
        follow(hand, "Export these orders as CSV")
    text = saved.value.path().read_text()
    assert [order.number in text for order in orders] == [True, False, False]


@task("Change the text of a message")
def change_a_text(town):
    hand = yield
    go(hand, "Settings")
    go(hand, "Templates")
    hand.click(hand.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first)
    subject = hand.page.locator("#writing textarea").first
    hand.fill(subject, subject.input_value().strip() + " - thank you")
    press(hand, "Save draft")
    press(hand, "Publish")
    expect(hand.page.get_by_text("Customers get your version 1")).to_be_visible()


@task("Find what will miss today's cut-off")
def find_what_will_miss(town):
    order = town.order()
    allocate_due()
    Shipment.objects.update(ship_by=timezone.now() + timedelta(hours=1, minutes=5))
    foresee_lateness()
    hand = yield
    group = hand.page.get_by_role("region", name="Will miss the cut-off")
    expect(group).to_contain_text(order.number)
