"""The page of numbers: shares with their denominators, the rows behind them, the file."""

import csv
import html
import io
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from fulfillment.dashboard.queries.numbers.chart import chart_of
from orders.models import NumberFact, NumbersPlace
from orders.numbers.figures import BY_CODE
from orders.numbers.wording import duration
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PAGE, ROWS, FILE = (
    "/dashboard/numbers/", "/dashboard/numbers/rows/", "/dashboard/numbers/export/"
)  # fmt: skip


@pytest.fixture
def order(ada):
    with time_machine.travel(NOW, tick=False):
        yield make_order(ada, {"LAMP": 1})


@pytest.fixture
def client(ada):
    client = Client()
    client.force_login(ada.owner)
    return client


def count(order, number, outcome, times=1, *, day=TODAY, at=None, **fields):
    """So many things of a number."""
    NumberFact.objects.bulk_create(
        NumberFact(
            seller=order.seller, order=order, channel=order.channel, number=number,
            warehouse=order.seller.warehouse, subject_id=uuid4(), day=day, outcome=outcome,
            counts_from=at or NOW - timedelta(minutes=1), **fields,
        )
        for _ in range(times)
    )  # fmt: skip


def figures(page):
    """{code: (value, how many of how many, change)} of a page."""
    return {
        one.figure.code: (
            one.value,
            one.counted,
            one.direction and f"{one.direction}: {one.change}",
        )
        for one in page.context["found"].figures
    }


def test_a_share_says_of_how_many(client, order):
    count(order, "window", "inside", 19)
    count(order, "window", "too_early", 1)
    count(order, "window", "inside", 15, day=TODAY - timedelta(days=28))
    count(order, "window", "not_there", 5, day=TODAY - timedelta(days=55))
    count(order, "window", "inside", 7, day=TODAY - timedelta(days=56))  # too long ago
    found = figures(client.get(PAGE))
    assert found["window"] == (
        "95.0 %", "19 of 20 parcels", "better: +20.0 points, 75.0 % before"
    )  # fmt: skip
    assert found["early"] == ("5.0 %", "1 of 20 parcels", "worse: +5.0 points, 0.0 % before")


def test_it_says_up_to_when_it_is_counted(client, order, bo):
    count(order, "window", "inside", 20)
    assert "Not all that has happened is counted yet" in client.get(PAGE).content.decode()
    NumbersPlace.objects.create(seller=order.seller, read_at=NOW - timedelta(minutes=5))
    NumbersPlace.objects.create(seller=bo.seller)
    text = client.get(PAGE).content.decode()
    assert "Not all that has happened" not in text
    assert re.search(r"As of <time [^>]+>24 Nov, 09:55</time>", text)


def test_under_twenty_nothing_is_said_in_percent(client, order):
    count(order, "attempt", "at_once", 18)
    count(order, "attempt", "not_at_once", 1)
    page = client.get(PAGE)
    assert figures(page)["attempt"] == ("Too few to say", "18 of 19 parcels", "")
    assert "94.7" not in page.content.decode()


def test_what_is_not_due_yet_does_not_count(client, order):
    count(order, "window", "not_there", 20, at=NOW + timedelta(hours=1))
    assert figures(client.get(PAGE))["window"][1] == "0 parcels"
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert figures(client.get(PAGE))["window"][:2] == ("0.0 %", "0 of 20 parcels")


def test_cycle_times_are_quantiles_of_parcels(client, order):
    for hours in range(1, 21):
        count(order, "cycle", "left", value=hours * 3600)
    (shown,) = [
        one for one in client.get(PAGE).context["found"].figures if one.figure.code == "cycle"
    ]
    assert (shown.value, shown.beside) == ("10 h 00 min", "median; 9 of 10 within 18 h 00 min")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 min"), (3_599, "1 h 00 min"), (8 * 3600 + 240, "8 h 04 min"), (97_200, "1 d 3 h")],
)
def test_a_duration_is_said_shortly(seconds, words):
    assert duration(seconds) == words


def test_each_number_leads_to_as_many_rows(client, order):
    count(order, "ship", "on_time", 31)
    count(order, "ship", "tardy", 2)
    count(order, "ship", "tardy", 1, day=TODAY - timedelta(days=7))
    query = "first=2026-11-18&last=2026-11-24"
    (ship,) = [
        parts for parts in client.get(f"{PAGE}?{query}").context["found"].parts
        if parts.figure.code == "ship"
    ]  # fmt: skip
    for outcome in ship.outcomes:
        page = client.get(f"{ROWS}?figure=ship&outcome={outcome.code}&{query}")
        assert (page.context["total"], len(page.context["rows"])) == (outcome.number,) * 2
    assert [one.number for one in ship.outcomes] == [31, 2, 0]
    assert ship.total == client.get(f"{ROWS}?figure=ship&{query}").context["total"] == 33


def test_the_links_of_a_figure_lead_to_what_they_count(client, order):
    count(order, "window", "inside", 21)
    count(order, "window", "too_early", 4)
    page = client.get(f"{PAGE}?days=7").content.decode()
    links = re.findall(r'href="(/dashboard/numbers/rows/[^"]+)">([\d,]+)', page)
    totals = {(number, client.get(html.unescape(link)).context["total"]) for link, number in links}
    assert totals == {("21", 21), ("4", 4), ("25", 25)}


def test_the_rows_behind_early_are_the_early_ones(client, order):
    count(order, "window", "inside", 19, carrier="own")
    count(order, "window", "too_early", 1, carrier="own")
    page = client.get(f"{PAGE}?chart=early")
    assert page.context["charted"].code == "window", "a part has no chart of its own"
    text = page.content.decode()
    links = set(re.findall(r'href="(/dashboard/numbers/rows/[?]figure=early[^"]*)"', text))
    assert links, "in the table of carriers"
    for link in links:
        rows = client.get(html.unescape(link))
        assert (rows.context["total"], len(rows.context["rows"])) == (1, 1)
        assert [label for _, label, _ in rows.context["rows"]] == ["Early"]
        assert re.findall(r"<th[^>]*></th>", rows.content.decode()) == []


def test_a_part_is_of_its_carrier(client, order):
    count(order, "window", "inside", 3, carrier="own")
    count(order, "window", "too_late", 2, carrier="dhl")
    count(order, "fill", "filled", 4)
    page = client.get(f"{PAGE}?carrier=own")
    assert figures(page)["window"][1] == "3 of 3 parcels"
    assert "fill" not in figures(page)  # no carrier has a part in it
    rows = {row.key: row.cells[0].counted for row in client.get(PAGE).context["found"].rows}
    assert rows == {"own": "3 of 3", "dhl": "0 of 2"}


def test_nobody_sees_the_numbers_of_another_seller(client, order, bo):
    count(make_order(bo, {"TEA": 1}), "window", "inside", 25)
    assert figures(client.get(PAGE))["window"][1] == "0 parcels"
    assert client.get(f"{ROWS}?figure=window").context["total"] == 0
    assert "25" not in client.get(FILE).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=2026-11-02&last=2026-11-01", "The last day is before the first day."),
        ("first=2025-01-01&last=2026-11-01", "The last day is more than 366 days later."),
        ("first=2026-11-02", "Enter both days."),
        ("days=1000&carrier=nobody&channel=x&by=x&chart=x", ""),
    ],
)
def test_a_strange_period_is_told_and_the_usual_one_shown(client, order, query, said):
    page = client.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert said in page.content.decode()
    assert page.context["period"].days == 28


def test_the_file_says_what_it_counts_and_starts_no_formula(client, order):
    order.channel.name = "=1+1"
    order.channel.save(update_fields=["name"])
    count(order, "window", "inside", 20)
    answer = client.get(FILE)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (total,) = [
        row for row in rows
        if (row["By"], row["Number"]) == ("total", "Inside the first window")
        and row["Total"] != "0"
    ]  # fmt: skip
    assert (total["Percent"], total["Counted"], total["Total"]) == ("100.0", "20", "20")
    assert total["Last day"] == "2026-11-24"
    names = {row["Name"] for row in rows if row["By"] == "channel"}
    assert names == {"'=1+1"}


def test_bars_stand_on_zero_and_add_up(client, order):
    days = {TODAY: {"inside": 7, "too_late": 3}, TODAY + timedelta(days=1): {}}
    chart = chart_of(BY_CODE["window"], {day: Counter(found) for day, found in days.items()})
    assert [line.number for line in chart.lines] == [0, 5, 10]
    first, second = chart.bars
    assert sum(piece.height for piece in first.pieces) == chart.ground - chart.lines[-1].y
    assert first.pieces[0].y + first.pieces[0].height == chart.ground
    assert (second.pieces, second.total) == ([], 0)


def test_a_long_period_is_drawn_as_weeks(client, order):
    count(order, "attempt", "at_once", 2, day=date(2026, 8, 27))
    count(order, "attempt", "not_at_once", 1, day=date(2026, 9, 2))
    page = client.get(f"{PAGE}?days=90&chart=attempt")
    chart = page.context["chart"]
    assert chart.is_by_week
    assert (chart.bars[0].first, chart.bars[0].last) == (date(2026, 8, 27), date(2026, 9, 2))
    assert list(chart.bars[0].counts) == [2, 1]
