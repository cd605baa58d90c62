"""Scans that were refused or not saved are listed: for their worker, and for the lead by day."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.access import Role
from tests.support.cast import make_user, make_warehouse
from tests.support.stages import planned_run, sent_packages
from tests.warehouse.screens.floor import Worker
from warehouse.models import Run, Scan

pytestmark = pytest.mark.django_db

RECEIVE, REFUSED, UNSAVED = (
    "/warehouse/receive/",
    "/warehouse/scans/refused/",
    "/warehouse/scans/unsaved/",
)


def test_a_worker_sees_their_own(house, pat, pia):
    pat.sends(RECEIVE, code="NOPE-1")
    pia.sends(RECEIVE, code="NOPE-2")

    shown = pat.opens(REFUSED).text

    assert "You scanned NOPE-1. Expected: a bin, a shelf, a dock or a product." in shown
    assert "NOPE-2" not in shown


def test_a_lead_sees_everybodys_by_day(house, pat, lea):
    pat.sends(RECEIVE, code="NOPE-1")
    pat.sends(RECEIVE, code="NOPE-2")
    Scan.objects.filter(code="NOPE-1").update(at=timezone.now() - timedelta(days=1))
    yesterday = timezone.localdate() - timedelta(days=1)

    today, before = lea.opens(REFUSED).text, lea.opens(f"{REFUSED}?day={yesterday}").text

    assert ("NOPE-2" in today, "NOPE-1" in today) == (True, False)
    assert ("NOPE-2" in before, "NOPE-1" in before) == (False, True)
    assert house.pat.name in before


def test_nobody_sees_those_of_another_warehouse(house, pat):
    elsewhere = make_warehouse("HAM")
    other = Worker(make_user("lou@example.com", "Lou", Role.LEAD, warehouse=elsewhere))
    pat.sends(RECEIVE, code="NOPE-1")

    assert "Nothing was refused." in other.opens(REFUSED).text


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "when", ""])
def test_a_day_that_is_not_kept_is_today(house, lea, day):
    lea.sends(RECEIVE, code="NOPE-1")

    assert "NOPE-1" in lea.opens(f"{REFUSED}?day={day}").text


def test_what_a_device_could_not_save_is_kept(house, pat):
    words = "You scanned LAMP on the screen before. Not saved: scan it again."

    pat.sends(UNSAVED, code="LAMP", words=words)

    scan = Scan.objects.get()
    assert (scan.code, scan.outcome, scan.is_refused) == ("LAMP", words, True)
    assert scan.warehouse == house.warehouse
    assert words in pat.opens(REFUSED).text


def test_a_lead_sees_what_a_courier_could_not_save(house, lea, cory):
    planned_run(house, sent_packages(house, {"LAMP": 1}))
    address = re.search(r'data-unsaved="([^"]+)"', cory.opens("/courier/").html).group(1)

    cory.sends(address, code="NOPE-7", words="No scan is expected here: NOPE-7.")
    cory.sends(f"/courier/runs/{Run.objects.get().pk}/load/", code="NOPE-8")

    shown = lea.opens(REFUSED).text
    assert f"No scan is expected here: NOPE-7. {house.cory.name}" in shown
    assert "NOPE-8" in shown
    assert set(Scan.objects.values_list("warehouse", "is_refused")) == {(house.warehouse.pk, True)}


def test_a_courier_without_a_run_loses_nothing(house, cory):
    cory.sends("/courier/unsaved/", code="NOPE-7", words="No scan is expected here: NOPE-7.")

    assert Scan.objects.get().outcome == "No scan is expected here: NOPE-7."
