"""Files of orders: checked with exact counts, imported once whoever is killed, mended, repeated."""

import signal

import pytest
from django.test import Client

from fulfillment.dashboard.queries.imports import found_in
from orders.access import Viewer
from orders.accounts.connections import switch_channel
from orders.errors import DomainError, InvalidInput
from orders.files.committing import _write_some as write_some
from orders.files.formats.limits import MOST_KEPT_BYTES
from orders.files.rejected import REASON, rejected_rows
from orders.files.uploading import begin_import, choose_columns, delete_file
from orders.files.working import work_on_imports
from orders.lifecycle.cancel import cancel_order
from orders.models import Import, ImportMapping, ImportRecord, Order
from tests.orders.files import uploaded
from tests.orders.files.uploaded import bring, check, counts, keep, notes, ordered, problems
from tests.support import cast
from tests.support.racing import killed_by, race

pytestmark = pytest.mark.django_db

HEAD = (
    "Order id,Receiver,E-mail,Street,Postcode,City,Country,SKU,Product,Quantity,Unit price,Currency"
)
GRACE = "Grace Hopper,grace@example.com,Unter den Linden 1,01067,Berlin,Germany"


def table(*rows):
    return "\n".join([HEAD, *rows])


def numbered(count, first=1):
    return table(*(f"N-{n},{GRACE},LAMP,,{n % 9 + 1},5,EUR" for n in range(first, first + count)))


def test_an_order_is_what_its_rows_say(ada):
    cast.make_product(ada, "007", "Desk lamp")
    first, second = f'#A1,{GRACE},007,,2,"1.234,50",EUR', ',,,,,,,CORD,Cord,1,"2,5",EUR'
    job = bring(ada, table(first, second))

    assert counts(job) == (1, 0, 0, 0)
    assert (job.state, job.left, job.rows) == ("done", 0, 2)
    order = Order.objects.get()
    assert (order.reference, order.number, order.customer_name, order.email) == (
        "A1", "#A1", "Grace Hopper", "grace@example.com",
    )  # fmt: skip
    assert (order.postcode, order.country, order.currency) == ("01067", "DE", "EUR")
    lines = order.lines.values_list("sku", "title", "ordered", "unit_price")
    assert list(lines) == [
        ("007", "Desk lamp", 2, 123450), ("CORD", "Cord", 1, 250),
    ]  # fmt: skip
    assert order.lines.get(sku="007").product == ada.products["007"]
    assert order.channel == uploaded.file_channel(ada)
    record = ImportRecord.objects.get()
    assert (record.order, record.is_done, record.key) == (order, True, "A1")
    (event,) = ada.seller.event_set.filter(kind="import.begun")
    assert (event.actor, event.subject_id, event.data) == (ada.owner, job.pk, {})


FLAWS = {
    f"A,{GRACE},LAMP,,2.5,1,EUR": ("Quantity", "2.5", "expected a whole number from 0 to 1000000"),
    f"B,{GRACE},LAMP,,,1,EUR": ("Quantity", "", "expected how many"),
    f"C,{GRACE},,,1,1,EUR": ("SKU", "", "expected a SKU or a product"),
    f"D,{GRACE},LAMP,,1,\"1,234\",EUR": (
        "Unit price", "1,234", "expected an amount like 1234.50: this can be read in two ways",
    ),
    f"E,{GRACE},LAMP,,1,1,EU": ("Currency", "EU", "expected three capital letters like EUR"),
    f"F,Grace,{'x' * 255},Street 1,1,Berlin,DE,LAMP,,1,1,EUR": (
        "E-mail", "x" * 80, "expected at most 254 characters, got 255",
    ),
    "G,Grace,,Street 1,1,Berlin,Atlantide,LAMP,,1,1,EUR": (
        "Country", "Atlantide", "expected a country as two letters like DE, or its name",
    ),
    "H,=HYPERLINK(1),,Street 1,1,Berlin,DE,LAMP,,1,1,EUR": (
        "Receiver", "=HYPERLINK(1)", "expected a value: this is a formula",
    ),
    f",{GRACE},LAMP,,1,1,EUR": ("Order id", "", "expected the id of the order"),
    f"{'x' * 121},{GRACE},LAMP,,1,1,EUR": (
        "Order id", "x" * 80, "expected at most 120 characters, got 121",
    ),
}  # fmt: skip


def test_each_flaw_is_told_by_row_column_found_and_expected(ada):
    good = f"GOOD,{GRACE},LAMP,,1,1,EUR"
    job = bring(ada, table(*FLAWS, good))

    assert counts(job) == (1, 0, 0, len(FLAWS))
    told = problems(job)
    assert {row: rest for row, *rest in told if row < 11} == {
        row: list(flaw) for row, flaw in enumerate(list(FLAWS.values())[:9], start=2)
    }
    assert ordered(ada) == {"GOOD": {"LAMP": 1}}
    assert all(problem[4] for one in ImportRecord.objects.all() for problem in one.problems)

    headings, *rows = rejected_rows(job)
    assert (headings[0], headings[-1]) == ("Order id", REASON)
    assert len(rows) == len(FLAWS)
    assert rows[0][-1] == "Quantity: expected a whole number from 0 to 1000000"
    assert rows[7][1] == ""  # a formula is not written back
    mended = [[*row[:9], "1", *row[10:]] for row in rows[:2]]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [headings, *mended])
    assert counts(bring(ada, text)) == (2, 0, 0, 0)
    assert ordered(ada) == {"A": {"LAMP": 1}, "B": {"LAMP": 1}, "GOOD": {"LAMP": 1}}


def test_rows_of_an_order_stand_together_and_agree(ada):
    other = GRACE.replace("Grace", "Bea")
    job = check(
        ada,
        table(
            f"A,{GRACE},LAMP,,1,1,EUR", f"B,{GRACE},LAMP,,1,1,EUR", f"A,{GRACE},LAMP,,9,1,EUR",
            f"C,{GRACE},LAMP,,1,1,EUR", f"C,{other},CORD,,1,1,EUR", f"D,{GRACE},LAMP,,0,1,EUR",
        ),
    )  # fmt: skip
    assert counts(job) == (1, 0, 1, 3)
    assert [(row, text) for row, _, _, text in problems(job)] == [
        (2, "expected each one once in the file: it comes in row 4 too"),
        (4, "expected each one once in the file: it comes in row 2 too"),
        (6, "expected “Grace Hopper”, as in row 5 of the same order"),
    ]
    assert notes(job) == ["Nothing of it is to be sent"]


def test_what_is_known_is_skipped_or_refused_and_never_written_again(ada):
    rows = [f"A,{GRACE},LAMP,,1,1,EUR", f"B,{GRACE},LAMP,,1,1,EUR"]
    bring(ada, table(*rows))
    cancel_order(Order.objects.get(reference="A"), actor=ada.owner)
    before = sorted(Order.objects.values_list("pk", "status"))

    assert counts(bring(ada, table(*rows))) == (0, 0, 2, 0)
    changed = check(
        ada, table(rows[0].replace(",1,1,", ",2,1,"), rows[1], rows[0].replace("A", "Z", 1))
    )
    assert counts(changed) == (1, 0, 1, 1)
    assert problems(changed)[0][2:] == (
        "A", "expected the order as it was imported before: this one has other contents",
    )  # fmt: skip
    assert sorted(Order.objects.values_list("pk", "status")) == before
    # Known by another way in, it is compared with what it is.
    ImportRecord.objects.all().delete()
    assert counts(check(ada, table(*rows))) == (0, 0, 2, 0)
    elsewhere = check(ada, table(*rows), channel=uploaded.file_channel(ada, "Fair"))
    assert counts(elsewhere) == (2, 0, 0, 0)


def test_what_will_become_of_orders_is_said_before(ada):
    cast.make_product(ada, "LAMP", "Lamp")
    cast.make_order(ada, {"LAMP": 1}, number="#SEEN")
    good, nowhere = f"OK,{GRACE},LAMP,,1,1,EUR", "NOWHERE,Grace,,,,,,NEW,,1,1,EUR"
    mail = "MAIL,Grace,no mail,Street 1,1,Berlin,DE,LAMP,,1,1,EUR"
    file = table(good, f"SEEN,{GRACE},LAMP,,1,1,EUR", f"WHAT,{GRACE},NEW,,1,1,EUR", nowhere, mail)
    job = bring(ada, file)
    assert counts(job) == (5, 0, 0, 0)
    assert Order.objects.get(reference="MAIL").email == "no mail"
    assert dict(ImportRecord.objects.exclude(note="").values_list("key", "note")) == {
        "SEEN": "Another channel has an order with this number: is it the same?",
        "WHAT": "Will wait on hold: a SKU is no product of yours",
        "NOWHERE": "Will wait on hold: a SKU is no product of yours; "
        "Will wait on hold: the address is not complete",
        "MAIL": "The e-mail address is not valid: nothing is sent to it until you correct it",
    }
    assert found_in(Viewer.of(ada.owner), job).warnings == [
        {"note": "Will wait on hold: a SKU is no product of yours", "count": 2},
        {"note": "Another channel has an order with this number: is it the same?", "count": 1},
        {
            "note": "The e-mail address is not valid: nothing is sent to it until you correct it",
            "count": 1,
        },
        {"note": "Will wait on hold: the address is not complete", "count": 1},
    ]
    assert {order.reference for order in Order.objects.filter(status="on_hold")} == {
        "WHAT", "NOWHERE",
    }  # fmt: skip


def test_a_killed_import_goes_on_without_a_duplicate(ada, tmp_path, settings):
    settings.CRASH_POINTS, settings.PROCESS_NAME = str(tmp_path), "worker"
    job = keep(ada, numbered(450))
    choose_columns(job, job.columns, day_first=True, actor=ada.owner)
    for point in ("import-checked", "import-before-commit", "intake-before-commit"):
        (tmp_path / f"worker.{point}").write_text("2")

    assert killed_by(work_on_imports) == signal.SIGKILL
    assert counts(Import.objects.get()) == (250, 0, 0, 0)  # the second batch is gone with it
    work_on_imports()
    job = Import.objects.get()
    assert (job.state, *counts(job)) == ("checked", 450, 0, 0, 0)
    begin_import(job, actor=ada.owner)
    assert killed_by(work_on_imports) == signal.SIGKILL
    assert Order.objects.count() == Import.objects.get().created == 200
    assert killed_by(work_on_imports) == signal.SIGKILL
    work_on_imports()

    job = Import.objects.get()
    assert (job.state, job.created, job.left) == ("done", 450, 0)
    assert Order.objects.count() == Order.objects.values("reference").distinct().count() == 450
    assert sorted(path.name.split(".")[-1] for path in tmp_path.iterdir()) == [
        "import-before-commit", "import-checked", "intake-before-commit",
    ]  # fmt: skip


def test_two_workers_and_two_clicks_import_once(ada):
    job = check(ada, numbered(250))
    clicks = [lambda: begin_import(job, actor=ada.owner)] * 2
    results, refusals = race(*clicks)
    assert len(results) == 1
    assert refusals == ["orders.csv is in another state now: being imported."]
    race(work_on_imports, work_on_imports)
    work_on_imports()
    job = Import.objects.get()
    assert (job.state, job.created, Order.objects.count()) == ("done", 250, 250)
    with pytest.raises(DomainError, match="another state now: done"):
        choose_columns(job, job.columns, day_first=True, actor=ada.owner)


def test_nothing_is_imported_into_a_paused_channel(ada):
    job = check(ada, numbered(250))
    switch_channel(job.channel, is_active=False, actor=None)
    with pytest.raises(DomainError, match="File is paused: resume it"):
        begin_import(job, actor=ada.owner)
    switch_channel(job.channel, is_active=True, actor=None)
    begin_import(job, actor=ada.owner)
    job = Import.objects.select_related("channel").get()
    assert write_some(job) is True
    switch_channel(job.channel, is_active=False, actor=None)
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, job.created, job.left) == ("checked", 200, 50)
    assert job.trouble == (
        "The import stopped, as File was paused. Import the rest when that channel is resumed."
    )
    browser = Client()
    browser.force_login(ada.owner)
    text = browser.get(f"/dashboard/imports/{job.pk}/").content.decode()
    assert job.trouble in text and "Import 50 orders" in text and "<dt>Created</dt>" in text

    switch_channel(job.channel, is_active=True, actor=None)
    begin_import(job, actor=ada.owner)
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, job.created, job.trouble) == ("done", 250, "")
    assert Order.objects.count() == 250


def test_an_order_that_the_check_did_not_know_is_not_written_over(ada):
    first, second = check(ada, numbered(3)), check(ada, numbered(4))
    for job in (first, second):
        begin_import(job, actor=ada.owner)
    work_on_imports()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (counts(first), counts(second)) == ((3, 0, 0, 0), (1, 0, 3, 0))
    assert Order.objects.count() == 4


def test_columns_are_remembered_whatever_their_order(ada, bo):
    file = "Ref;Who;What;Pieces\n1;Grace;LAMP;2\n"
    job = keep(ada, file)
    assert job.columns == {"sku": 0}  # a guess
    with pytest.raises(InvalidInput, match="Choose the column for “Order id”"):
        choose_columns(job, {"title": 2}, day_first=True, actor=ada.owner)
    with pytest.raises(InvalidInput, match="have the same column"):
        choose_columns(
            job, {"reference": 0, "quantity": 0, "sku": 2}, day_first=True, actor=ada.owner
        )
    wanted = {"reference": 0, "receiver": 1, "sku": 2, "quantity": 3}
    choose_columns(job, wanted, day_first=False, actor=ada.owner)
    work_on_imports()
    again = keep(ada, "Pieces;What is wrong;What;Who;Ref\n2;;LAMP;Grace;2\n")
    assert again.columns == {"reference": 4, "receiver": 3, "sku": 2, "quantity": 0}
    assert again.day_first is False
    assert keep(bo, file).columns == {"sku": 0}
    assert ImportMapping.objects.count() == 1
    # Other columns after the check: it is checked anew.
    job = choose_columns(job, wanted | {"quantity": 0, "reference": 3}, day_first=True, actor=None)
    work_on_imports()
    job.refresh_from_db()
    assert (counts(job), ImportRecord.objects.get().key) == ((1, 0, 0, 0), "2")


def test_a_file_that_ends_badly_is_told_so_and_can_be_deleted(ada):
    job = check(ada, numbered(600) + '\n"N-601,never closed')
    assert (job.state, job.left) == ("failed", 500)
    assert job.trouble.startswith("Row 602 cannot be read")
    with pytest.raises(DomainError, match="not readable"):
        begin_import(job, actor=ada.owner)
    delete_file(job)
    assert (Import.objects.count(), ImportRecord.objects.count()) == (0, 0)


def test_a_seller_keeps_so_many_bytes_and_no_more(ada, bo):
    Import.objects.filter(pk=keep(ada, numbered(1)).pk).update(size=MOST_KEPT_BYTES)
    with pytest.raises(DomainError, match="keeps 300 MB of files already"):
        keep(ada, numbered(1))
    assert keep(bo, numbered(1)).pk


def test_a_record_that_fails_alone_stops_no_other(ada):
    job = check(ada, numbered(5))
    bad = ImportRecord.objects.get(key="N-3")
    bad.source = [[4, "no row"]]
    bad.save(update_fields=["source"])
    begin_import(job, actor=ada.owner)
    work_on_imports()
    job.refresh_from_db()
    assert (job.state, *counts(job)) == ("done", 4, 0, 0, 1)
    assert problems(job)[0][3].startswith("an error on our side stopped it (")


def test_a_file_that_our_code_fails_at_holds_up_no_other(ada):
    bad, good = keep(ada, numbered(2)), keep(ada, numbered(3))
    for job in (bad, good):
        choose_columns(job, job.columns, day_first=True, actor=ada.owner)
    Import.objects.filter(pk=bad.pk).update(form={})
    work_on_imports()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state, good.to_create) == ("failed", "checked", 3)
    assert bad.trouble.startswith("An error on our side stopped the check (KeyError")
    delete_file(bad)


def test_a_workbook_is_imported_as_well(ada):
    rows = [
        HEAD.split(","),
        ["W-1", "Grace", "", "Street 1", 1067, "Dresden", "DE", 7, None, 2, 1.5],
    ]
    file = uploaded.workbook(rows, formats={"E2": "00000", "H2": "000"})
    assert counts(bring(ada, file, name="orders.xlsx")) == (1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.postcode, order.lines.get().sku, order.lines.get().unit_price) == (
        "01067",
        "007",
        150,
    )
