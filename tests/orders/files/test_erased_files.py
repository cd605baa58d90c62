"""Erasing a customer reaches uploaded files: what was read from them, and the files themselves."""

import pytest

from fulfillment.privacy.customers import kept_about
from fulfillment.privacy.retention import run_retention
from orders.errors import DomainError
from orders.files.uploading import begin_import
from orders.files.working import work_on_imports
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.erasing import erase_orders
from orders.models import Import, ImportRecord, Order
from tests.orders.files.test_order_files import GRACE, table
from tests.orders.files.uploaded import bring, check, counts, keep, workbook

pytestmark = pytest.mark.django_db

MAX = "Max Mann,max@example.com,Seestraße 1,10115,Berlin,DE"


def test_an_erased_customer_is_in_no_file(ada, bo):
    rows = f"A,{GRACE},LAMP,,1,1,EUR", f"B,{MAX},LAMP,,1,1,EUR"
    done = bring(ada, table(*rows))
    waiting = check(ada, table(f"C,{GRACE},LAMP,,1,1,EUR", f"D,{MAX},LAMP,,1,1,EUR"))
    raw = keep(ada, table(f"E,{GRACE},LAMP,,1,1,EUR"))
    sheet = keep(ada, workbook([["Order id", "E-mail"], ["F", "grace@example.com"]]))
    Import.objects.filter(pk=sheet.pk).update(created_at="2026-01-01T00:00Z")
    others = [check(bo, table(rows[0])), keep(ada, table(f"G,{MAX},LAMP,,1,1,EUR"))]
    order = Order.objects.get(reference="A")
    assert kept_about(order)["files"][0]["file__name"] == "orders.csv"
    cancel_order(order, actor=ada.owner)
    erase_orders([order], actor=ada.owner)

    for job, state in ((done, "done"), (waiting, "checked"), (raw, "failed"), (sheet, "failed")):
        job.refresh_from_db()
        assert (bytes(job.content), job.sample, job.state) == (b"", [], state)
    assert counts(waiting) == (1, 0, 0, 1)
    said = " ".join(
        str(record.source) for record in ImportRecord.objects.filter(file__seller=ada.seller)
    )
    assert "grace" not in said.lower()
    assert "max@example.com" in said
    assert all(bytes(Import.objects.get(pk=job.pk).content) for job in others)
    begin_import(waiting, actor=ada.owner)
    work_on_imports()
    assert set(ada.seller.orders.values_list("reference", flat=True)) == {"A", "B", "D"}
    with pytest.raises(DomainError):
        begin_import(raw, actor=ada.owner)


def test_retention_deletes_files_with_what_was_read_from_them(ada):
    job = bring(ada, table(f"A,{GRACE},LAMP,,1,1,EUR"))
    fresh = keep(ada, table(f"B,{GRACE},LAMP,,1,1,EUR"))
    Import.objects.filter(pk=job.pk).update(created_at="2025-01-01T00:00Z")
    run_retention(seconds=20)
    assert list(Import.objects.values_list("pk", flat=True)) == [fresh.pk]
    assert ImportRecord.objects.count() == 0
    assert Order.objects.count() == 1
