"""The pages of imports: upload, columns, what was found, import, rejected rows; nobody else's."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orders.access import Role
from orders.files.working import work_on_imports
from orders.models import Import, Member, Order, SalesChannel
from tests.orders.files.test_order_files import GRACE, table
from tests.orders.files.uploaded import check, counts
from tests.support import cast
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

UPLOAD = "/dashboard/imports/new/"


def upload(client, content, *, kind="orders", name="orders.csv", **fields):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(f"{UPLOAD}?kind={kind}", {"file": file, **fields})


def chosen(job):
    return {name: str(place) for name, place in job.columns.items()}


def read(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())


def test_a_seller_imports_orders_without_a_script(ada):
    client = signed_in(ada.owner)
    assert "No files yet" in read(client.get(reverse("dashboard_imports")))
    assert "Order id Required." in read(client.get(UPLOAD))
    rows = f"A,{GRACE},LAMP,,2,1,EUR", f"B,{GRACE},LAMP,,none,1,EUR", f"=C,{GRACE},LAMP,,1,1,EUR"
    answer = upload(client, table(*rows))
    job = Import.objects.get()
    page = reverse("dashboard_import", args=[job.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert job.channel.kind == SalesChannel.Kind.FILE
    assert "Which column is what?" in read(client.get(page))

    columns = reverse("dashboard_import_columns", args=[job.pk])
    assert client.post(columns, chosen(job))["Location"] == page
    assert "Checking: 0 rows so far." in read(client.get(page))
    work_on_imports()
    said = read(client.get(page))
    assert "To create 1 To change 0 Skipped 0 Rejected 2" in said
    assert "3 rows read." in said
    assert "3 Quantity none A whole number from 0 to 1000000 Correct the cell." in said
    assert "4 Order id =C A value: this is a formula" in said

    begin = reverse("dashboard_begin_import", args=[job.pk])
    assert client.post(begin)["Location"] == page
    assert client.post(begin).status_code == 409
    assert "Importing: 0 of 1 done." in read(client.get(page))
    work_on_imports()
    assert "Created 1 Changed 0 Skipped 0 Rejected 2" in read(client.get(page))
    assert Order.objects.get().reference == "A"

    delete = reverse("dashboard_delete_import", args=[job.pk])
    assert client.post(delete)["Location"] == page
    client.post(delete, {"sure": "1"})
    assert (Import.objects.count(), Order.objects.count()) == (0, 1)


def test_columns_that_are_lacking_are_told_beside_them(ada):
    client = signed_in(ada.owner)
    upload(client, table(f"A,{GRACE},LAMP,,2,1,EUR"))
    job = Import.objects.get()
    columns = reverse("dashboard_import_columns", args=[job.pk])
    lacking = client.post(columns, {"sku": "7"})
    assert lacking.status_code == 422
    assert "Choose the column for “Order id”." in read(lacking)
    assert client.post(columns, chosen(job) | {"sku": "99"}).status_code == 422
    assert Import.objects.get().state == Import.State.UPLOADED


def test_rejected_rows_come_back_as_a_file(ada):
    client = signed_in(ada.owner)
    job = check(ada, table(f"B,{GRACE},LAMP,,none,1,EUR", f"=C,{GRACE},LAMP,,1,1,EUR"))
    rejected = client.get(reverse("dashboard_rejected", args=[job.pk]))
    assert rejected["Content-Type"] == "text/csv; charset=utf-8"
    assert rejected["Content-Disposition"] == 'attachment; filename="rejected-orders.csv"'
    lines = b"".join(rejected.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].endswith("Currency,What is wrong")
    assert lines[1].startswith("B,Grace Hopper,grace@example.com,Unter den Linden 1,01067")
    assert lines[2].startswith(",Grace Hopper")
    assert "orders.csv Orders, File" in read(client.get(reverse("dashboard_imports")))


def test_a_file_that_cannot_be_read_is_refused_at_its_field(ada):
    client = signed_in(ada.owner)
    for content, told in (
        (b"", "This file is empty."),
        (b"PK\x03\x04", "cannot be read"),
        (b"Only,headings", "no rows below them"),
        (b"a\0b\n1", "no text file"),
    ):
        answer = upload(client, content)
        assert answer.status_code == 422
        assert told in read(answer), content
    assert ada.seller.channels.filter(kind="file").count() == 0  # none is opened for nothing
    assert client.post(UPLOAD).status_code == 422
    assert Import.objects.count() == 0


def test_another_sellers_files_and_channels_are_nobodys(ada, bo):
    job = check(ada, table(f"A,{GRACE},LAMP,,2,1,EUR"))
    client = signed_in(bo.owner)
    for name in ("import", "import_columns", "begin_import", "delete_import"):
        url = reverse(f"dashboard_{name}", args=[job.pk])
        answer = client.get(url) if name == "import" else client.post(url, {"sure": "1"})
        assert answer.status_code == 404, name
    assert client.get(reverse("dashboard_rejected", args=[job.pk])).status_code == 404
    for place in (f"channel-{job.channel_id}", f"seller-{ada.seller.pk}", "nobody"):
        assert upload(client, "Order id\n1", place=place).status_code == 422
    assert upload(client, "Order id\n1").status_code == 302  # there is one place only
    assert Import.objects.exclude(pk=job.pk).get().seller == bo.seller
    assert counts(Import.objects.get(pk=job.pk)) == (1, 0, 0, 0)


def test_only_owners_count_stock_by_file(ada):
    staff = signed_in(cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller))
    assert "Import stock counts" not in read(staff.get(reverse("dashboard_imports")))
    assert staff.get(f"{UPLOAD}?kind=stock").status_code == 404
    assert signed_in(ada.owner).get(f"{UPLOAD}?kind=stock").status_code == 200
    assert staff.get(f"{UPLOAD}?kind=nothing").status_code == 404


def test_the_owner_of_one_shop_counts_no_stock_of_another(ada, bo):
    """Bo's owner is staff of Ada's: only an owner counts stock by file."""
    bos = bo.owner
    Member.objects.create(user=bos, role=Role.STAFF, seller=ada.seller)
    client, content = signed_in(bos), "SKU,Location,Counted\nLAMP,A-01-1,1\n"
    page = read(client.get(f"{UPLOAD}?kind=stock"))

    refused = upload(client, content, kind="stock", place=f"seller-{ada.seller.pk}")
    upload(signed_in(ada.owner), content, kind="stock", place=f"seller-{ada.seller.pk}")
    job = Import.objects.get()

    assert str(ada.seller) not in page
    assert refused.status_code == 422
    assert job.actor == ada.owner
    for name in ("dashboard_import", "dashboard_rejected"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    assert client.post(reverse("dashboard_begin_import", args=[job.pk])).status_code == 404
