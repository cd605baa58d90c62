"""Acts on many orders: confirmed, done by a worker order by order, each with its result."""

import signal
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from fulfillment.dashboard.list_forms import BulkForm
from fulfillment.lists.order_search import MOST_FOUND
from fulfillment.privacy.retention import jobs, run_retention
from orders.access import Viewer
from orders.decisions.bulk import begin_bulk_job
from orders.decisions.bulk_work import work_on_bulk_jobs
from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.lifecycle.holds import hold_order
from orders.models import BulkJob, BulkRow, Event, Hold, Order, OrderView
from tests.support import cast
from tests.support.cast import incoming
from tests.support.racing import killed_by, race
from tests.support.stories import ship

pytestmark = pytest.mark.django_db

LIST, CHOOSE, BEGIN = (
    "/dashboard/orders/",
    "/dashboard/orders/bulk/",
    "/dashboard/orders/bulk/begin/",
)
MANY = 500


@pytest.fixture
def shop(ada):
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(shop):
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def outcomes(job):
    return {
        row.order.number: (row.state, row.words)
        for row in BulkRow.objects.filter(job=job).select_related("order")
    }


def confirmed(client, sent):
    """What the page that asks sends back: which orders were confirmed."""
    chosen = client.post(CHOOSE, sent).context["chosen"]
    return {"until": chosen.until.isoformat(), "seal": chosen.seal}


def begin(client, act, orders=(), **given):
    """Begin a job by the page, and return it."""
    sent = {"act": act, "order": [order.pk for order in orders], "key": uuid4()} | given
    if "all" in given:
        sent |= confirmed(client, sent)
    answer = client.post(BEGIN, sent)
    assert answer.status_code == 302, answer.content.decode()
    return BulkJob.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])


def test_each_order_has_its_result_and_a_refusal_its_reason(shop, client, building, pat, pia):
    gone = cast.make_order(shop, {"LAMP": 1})
    ship(building, pat, pia)
    held, fine = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"LAMP": 1})
    hold = hold_order(held, reason=Hold.Reason.SELLER, detail="call first", actor=shop.owner)
    job = begin(client, "hold", [gone, held, fine], reason="recall")
    assert (job.total, job.finished_at) == (3, None)
    work_on_bulk_jobs()
    assert outcomes(job) == {
        gone.number: (
            "refused", f"Order {gone.number} is shipped: there is nothing to put on hold."
        ),
        held.number: ("refused", f"Order {held.number} is already on hold: {hold}."),
        fine.number: ("done", ""),
    }  # fmt: skip
    assert Hold.objects.get(order=fine).detail == "recall"
    job.refresh_from_db()
    assert job.finished_at and job.given == {}
    page = client.get(f"/dashboard/bulk/{job.pk}/").content.decode()
    assert "1 done, 2 not done." in page
    assert "there is nothing to put on hold." in page
    only = client.get(f"/dashboard/bulk/{job.pk}/", {"state": "done"}).context["page"].rows
    assert [row.order.number for row in only] == [fine.number]


def test_all_that_match_are_chosen_and_not_only_the_page(shop, client):
    cast.make_order(shop, {"LAMP": 1})
    wanted = [cast.make_order(shop, {"LAMP": 1}, country="FR", city="Lyon") for _ in range(2)]
    sent = {"act": "tag", "all": "1", "query": "country=FR"}
    page = client.post(CHOOSE, sent).content.decode()
    assert "Add tag: 2 orders" in page
    job = begin(client, "tag", all="1", query="country=FR", tag=" Gift  Wrap ")
    work_on_bulk_jobs()
    assert set(outcomes(job)) == {order.number for order in wanted}
    assert {tuple(order.tags) for order in Order.objects.filter(country="FR")} == {("gift wrap",)}
    found = client.get(LIST, {"tag": "Gift Wrap"}).context["page"].rows
    assert {order.number for order in found} == {order.number for order in wanted}
    again = begin(client, "tag", wanted[:1], tag="gift wrap")
    off = begin(client, "untag", wanted, tag="gift wrap")
    work_on_bulk_jobs()
    words = f"Order {wanted[0].number} has the tag “gift wrap” already."
    assert outcomes(again) == {wanted[0].number: ("refused", words)}
    assert {state for state, _ in outcomes(off).values()} == {"done"}
    assert not Order.objects.exclude(tags=[]).exists()


def test_release_cancel_and_priority_are_the_actions_of_the_order_page(shop, client):
    held, unknown = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"NOBODY": 1})
    hold_order(held, reason=Hold.Reason.SELLER, actor=shop.owner)
    released = begin(client, "release", [held, unknown])
    first = begin(client, "priority", [held], priority="20")
    work_on_bulk_jobs()
    assert outcomes(released)[held.number] == ("done", "")
    assert outcomes(released)[unknown.number][1].startswith(
        f"Order {unknown.number} waits for something else: "
    )
    assert outcomes(first) == {held.number: ("done", "")}
    assert Order.objects.get(pk=held.pk).priority == 20
    cancelled = begin(client, "cancel", [held], reason="sold out")
    work_on_bulk_jobs()
    assert outcomes(cancelled) == {held.number: ("done", "")}
    assert Order.objects.get(pk=held.pk).status == "cancelled"


def test_what_is_lacking_is_said_at_its_field(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    for tag, said in {
        "": "Enter a tag.",
        "x" * 31: "at most 30",
        "a,b": "A comma ends a tag",
    }.items():
        answer = client.post(BEGIN, {"act": "tag", "order": [order.pk], "tag": tag})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    nothing = client.post(CHOOSE, {"act": "hold", "query": "country=FR"}, follow=True)
    assert "Choose at least one order" in nothing.content.decode()
    assert nothing.redirect_chain[0][0] == f"{LIST}?country=FR"
    assert BulkJob.objects.count() == 0


def test_a_second_click_finds_the_job_begun(shop, client):
    order, key = cast.make_order(shop, {"LAMP": 1}), uuid4()
    jobs = {begin(client, "hold", [order], key=key).pk for _ in range(2)}
    assert jobs == {key}
    assert BulkRow.objects.count() == 1


def test_an_act_is_for_the_orders_that_were_confirmed_and_no_others(shop, client):
    seen = cast.make_order(shop, {"LAMP": 1})
    sent = {"act": "cancel", "all": "1", "query": "status=to_ship", "key": uuid4()}
    sent |= confirmed(client, sent)
    later = cast.make_order(shop, {"LAMP": 1})
    assert client.post(BEGIN, sent).status_code == 302
    work_on_bulk_jobs()
    assert [row.order for row in BulkRow.objects.all()] == [seen]
    assert client.post(BEGIN, sent).status_code == 302  # a second click, after the work
    assert BulkJob.objects.count() == 1
    assert Order.objects.get(pk=later.pk).status != "cancelled"


def test_orders_that_have_changed_since_are_confirmed_again(shop, client):
    gone, left = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"LAMP": 1})
    sent = {"act": "cancel", "all": "1", "query": "status=to_ship", "key": uuid4()}
    sent |= confirmed(client, sent)
    hold_order(gone, reason=Hold.Reason.SELLER, actor=shop.owner)
    for unconfirmed in (sent, sent | {"seal": ""}, sent | {"until": ""}):
        answer = client.post(BEGIN, unconfirmed)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "These are other orders than before." in text and "Cancel: 1 order<" in text
    assert BulkJob.objects.count() == 0
    chosen = answer.context["chosen"]
    again = {"until": chosen.until.isoformat(), "seal": chosen.seal, "key": uuid4()}
    assert client.post(BEGIN, sent | again).status_code == 302
    assert [row.order for row in BulkRow.objects.all()] == [left]


def test_a_search_that_looks_at_some_orders_only_is_no_choice_of_all(shop, client):
    """A filter leaves few of them, and there may be more."""
    many = [incoming({"LAMP": 1}, reference=f"R{number}") for number in range(MOST_FOUND)]
    accept_orders(shop.channel, many)
    name = Order.objects.first().customer_name
    sent = {"act": "cancel", "all": "1", "query": urlencode({"q": name, "status": "on_hold"})}
    held = Order.objects.order_by("pk").last()
    hold_order(held, reason=Hold.Reason.SELLER, actor=shop.owner)
    assert "Cancel: 1 order<" in client.post(CHOOSE, sent).content.decode()
    cast.make_order(shop, {"LAMP": 1})
    text = client.post(CHOOSE, sent).content.decode()
    assert "Cancel: too many orders" in text and "looks at 2,000 orders at most" in text
    assert 'class="btn btn-danger"' not in text
    refused = client.post(BEGIN, sent | confirmed(client, sent))
    assert refused.status_code == 409
    assert "These are too many orders" in refused.content.decode()
    assert BulkJob.objects.count() == 0


def test_a_long_query_of_ticked_orders_is_taken_and_a_longer_one_is_named(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    ids = "%2C".join(map(str, [order.pk, *(uuid4() for _ in range(49))]))
    text = client.post(CHOOSE, {"act": "tag", "all": "1", "query": f"ids={ids}"}).content.decode()
    assert "Add tag: 1 order<" in text
    sent = {"act": "tag", "all": "1", "query": "q=" + "x" * 8_000}
    form = BulkForm(QueryDict(urlencode(sent)))
    assert form.refusal() == "These are too many filters: use fewer."


def test_a_key_of_another_sellers_job_is_refused_and_replaced(shop, client, bo):
    cast.make_product(bo, "TEA", "Green tea")
    theirs = cast.make_bulk_job(cast.make_order(bo, {"TEA": 1}))
    sent = {"act": "tag", "order": [cast.make_order(shop, {"LAMP": 1}).pk], "tag": "a"}
    answer = client.post(BEGIN, sent | {"key": theirs.pk})
    assert answer.status_code == 409
    assert "This page was used already." in answer.content.decode()
    assert answer.context["form"].job_key != theirs.pk
    assert client.post(BEGIN, sent | {"key": answer.context["form"].job_key}).status_code == 302


def test_a_release_says_what_an_order_still_waits_for(shop, client):
    order = cast.make_order(shop, {"LAMP": 1, "NOBODY": 1})
    other = order.holds.get()
    hold_order(order, reason=Hold.Reason.SELLER, actor=shop.owner)
    job = begin(client, "release", [order])
    work_on_bulk_jobs()
    assert outcomes(job) == {order.number: ("done", f"Still on hold: {other}.")}
    assert f"Still on hold: {other}." in client.get(f"/dashboard/bulk/{job.pk}/").content.decode()


def test_what_came_of_an_order_is_said_in_the_language_of_whoever_reads(shop, client):
    held, fine = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"LAMP": 1})
    hold_order(held, reason=Hold.Reason.SELLER, detail="call first", actor=shop.owner)
    holding, releasing = begin(client, "hold", [held]), begin(client, "release", [fine])
    work_on_bulk_jobs()
    shop.owner.language = "de"
    shop.owner.save(update_fields=["language"])
    said = client.get(f"/dashboard/bulk/{holding.pk}/").content.decode()
    assert f"Bestellung {held} ist schon angehalten: Vom Händler gewünscht: call first." in said
    said = client.get(f"/dashboard/bulk/{releasing.pk}/").content.decode()
    assert f"Bestellung {fine} ist nicht angehalten." in said


def test_another_sellers_orders_and_jobs_are_out_of_reach(shop, client, bo):
    cast.make_product(bo, "TEA", "Green tea")
    theirs = cast.make_order(bo, {"TEA": 1})
    answer = client.post(BEGIN, {"act": "hold", "order": [theirs.pk]})
    assert "No order is chosen." in answer.content.decode()
    job = cast.make_bulk_job(theirs)
    assert client.get(f"/dashboard/bulk/{job.pk}/").status_code == 404
    assert not Hold.objects.filter(order=theirs).exists()


def test_ticked_orders_are_exported(shop, client):
    wanted, _ = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"LAMP": 1})
    answer = client.post(CHOOSE, {"act": "export", "order": [wanted.pk]}, follow=True)
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert [wanted.number in row for row in rows] == [False, True]


@pytest.mark.slow
def test_five_hundred_orders_are_done_once_each_though_workers_are_killed(shop, tmp_path, settings):
    for _ in range(MANY):
        cast.make_order(shop, {"LAMP": 1})
    settings.CRASH_POINTS, settings.PROCESS_NAME = str(tmp_path), "worker"
    job = begin_bulk_job(
        Order.objects.visible_to(Viewer.of(shop.owner)),
        BulkJob.Act.HOLD,
        {"reason": "recall"},
        key=uuid4(),
        actor=shop.owner,
    )
    (tmp_path / "worker.bulk-before-commit").write_text("121")
    assert killed_by(work_on_bulk_jobs) == signal.SIGKILL
    assert Hold.objects.count() == BulkRow.objects.filter(job=job, state="done").count() == 120
    race(*[lambda: work_on_bulk_jobs(seconds=5)] * 2)
    work_on_bulk_jobs(seconds=300)
    assert BulkRow.objects.filter(job=job, state="done").count() == MANY
    assert Hold.objects.values("order").distinct().count() == Hold.objects.count() == MANY
    assert Event.objects.filter(kind="hold.opened").count() == MANY


def test_a_job_of_no_orders_is_refused(shop):
    order = cast.make_order(shop, {"LAMP": 1})
    none = Order.objects.filter(pk=order.pk).exclude(pk=order.pk)
    with pytest.raises(DomainError, match="No order is chosen"):
        begin_bulk_job(none, BulkJob.Act.HOLD, {}, key=uuid4(), actor=shop.owner)


def test_a_job_goes_after_its_days_and_what_it_did_stays(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    job = begin(client, "hold", [order])
    work_on_bulk_jobs()
    finished = BulkJob.objects.get(pk=job.pk).finished_at
    assert not jobs(finished).exists()
    with time_machine.travel(finished.replace(year=finished.year + 1)):
        run_retention(seconds=30)
    assert (BulkJob.objects.count(), BulkRow.objects.count()) == (0, 0)
    assert Hold.objects.filter(order=order).exists()


def test_an_unfinished_job_is_named_above_the_list(shop, client):
    begin(client, "hold", [cast.make_order(shop, {"LAMP": 1})])
    assert "Put on hold: 1 order</a>" in client.get(LIST).content.decode()


def test_views_are_tabs_with_counts_of_one_person_or_of_all(shop, client):
    for _ in range(2):
        cast.make_order(shop, {"LAMP": 1}, country="FR", city="Lyon")
    for name, shared in (("France", ""), ("All of France", "1")):
        client.post("/dashboard/views/", {"name": name, "query": "country=FR", "is_shared": shared})
    tabs = {tab.name: tab for tab in client.get(LIST, {"country": "FR"}).context["tabs"]}
    assert (tabs["France"].total, tabs["All of France"].is_shared) == ("2", True)
    assert [tab.name for tab in tabs.values() if tab.is_current] == ["France", "All of France"]
    colleague = Client()
    colleague.force_login(cast.make_user("abe@example.com", "Abe", "staff", seller=shop.seller))
    assert [tab.name for tab in colleague.get(LIST).context["tabs"] if tab.pk] == ["All of France"]
    private = tabs["France"].pk
    assert colleague.post(f"/dashboard/views/{private}/delete/").status_code == 404
    client.post(f"/dashboard/views/{private}/delete/", {"sure": "1"})
    assert [tab.name for tab in client.get(LIST).context["tabs"] if tab.pk] == ["All of France"]


def test_a_refused_view_keeps_what_was_typed(shop, client):
    for number in range(12):
        client.post("/dashboard/views/", {"name": f"View {number}", "query": f"tag={number}"})
    sent = {"name": "A long thought name", "query": "tag=x", "is_shared": "1"}
    answer = client.post("/dashboard/views/", sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "There are 12 views: delete one first." in text
    assert 'value="A long thought name" aria-invalid="true"' in text
    assert 'value="tag=x"' in text and 'value="1" checked' in text
    for refused, said in {
        "": "Enter a name for it.",
        "x" * 41: "at most 40",
    }.items():
        answer = client.post("/dashboard/views/", sent | {"name": refused})
        assert answer.status_code == 422 and said in answer.content.decode()
    answer = client.post("/dashboard/views/", sent | {"query": "tag=" + "x" * 1000})
    assert "These are too many filters: use fewer." in answer.content.decode()


def test_a_view_keeps_no_words_of_a_search(shop, client):
    searched = {"q": "grace@example.com", "country": "FR"}
    assert "The words of your search are not kept." in client.get(LIST, searched).content.decode()
    assert "Filter first" in client.get(LIST, {"q": "grace@example.com"}).content.decode()
    answer = client.post("/dashboard/views/", {"name": "France", "query": urlencode(searched)})
    assert answer["Location"] == f"{LIST}?country=FR"
    assert [row.query for row in OrderView.objects.all()] == ["country=FR"]
    answer = client.post("/dashboard/views/", {"name": "Grace", "query": "q=grace%40example.com"})
    assert answer.status_code == 422
    assert "A view keeps no search: choose a filter for it." in answer.content.decode()
    assert OrderView.objects.count() == 1


def test_a_tag_is_put_on_an_order_and_taken_off_by_its_page(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    page = f"{LIST}{order.pk}/"
    client.post(f"{page}tag/", {"tag": "VIP"})
    text = client.get(page).content.decode()
    assert 'name="tag" value="vip"' in text
    assert "Tags changed" in text
    client.post(f"{page}tag/", {"tag": "vip", "remove": "1"})
    assert Order.objects.get(pk=order.pk).tags == []
    assert client.post(f"{page}tag/", {"tag": "vip", "remove": "1"}).status_code == 409


def test_a_refused_tag_stands_in_its_field(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    client.post(f"{LIST}{order.pk}/tag/", {"tag": "vip"})
    for tag, status, said in (
        ("x" * 31, 422, "at most 30 characters"),
        ("a,b", 422, "A comma ends a tag: enter one."),
        ("vip", 409, f"Order {order.number} has the tag “vip” already."),
    ):
        answer = client.post(f"{LIST}{order.pk}/tag/", {"tag": tag})
        assert answer.status_code == status
        text = answer.content.decode()
        assert said in text and f'value="{tag}" aria-invalid="true"' in text
    assert Order.objects.get(pk=order.pk).tags == ["vip"]
