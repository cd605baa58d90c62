"""Printers of the benches: chosen once, fed by the agent, each document once, and said so."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader

import warehouse.printing.agent as agent_file
from orders.access import Role
from orders.models import Event, Package
from tests.support.cast import make_seller, make_user, make_warehouse
from tests.support.stages import LAMP_CODE, picked_shipment
from tests.support.waiting import wait_until
from tests.warehouse.printing.printer_peer import PrinterPeer
from tests.warehouse.screens.conftest import house, lea, pia
from tests.warehouse.screens.floor import Worker
from warehouse.floor.packing import close_package, pack_unit
from warehouse.floor.undo import undo_packed
from warehouse.models import Printer, PrintJob
from warehouse.printing.printers import add_printer

__all__ = ["house", "lea", "pia"]
pytestmark = pytest.mark.django_db

PRINTERS, BENCH, NEXT = "/warehouse/printers/", "/warehouse/bench/", "/hooks/printers/next/"


class Agent:
    """What a token asks and says, as the agent does it."""

    def __init__(self, token):
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def asks(self):
        return self.client.post(NEXT, headers=self.headers)

    def says(self, job, body):
        url = f"/hooks/printers/{job}/"
        content = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(url, content, content_type="application/json", headers=self.headers)


def printer_of(house, lea, **fields):
    """(printer, its agent)."""
    given = {"name": "Bench 1", "prints": "both", "labels": "made"} | fields
    printer, token = add_printer(house.warehouse, **given, actor=lea.user)
    return printer, Agent(token)


def choose(worker, *, slip=None, label=None):
    """Choose the printers of a bench."""
    ids = {"slip": slip, "label": label}
    return worker.sends(BENCH, **{name: row.pk for name, row in ids.items() if row})


def pack(worker, shipment):
    """Scan all units into a box, close it and make its label; what the screen says each time."""
    url = f"/warehouse/pack/{shipment.pk}/"
    worker.sends(url, code=LAMP_CODE)
    return [worker.sends(f"{url}{button}").says for button in ("close/", "labels/")]


def jobs():
    return list(PrintJob.objects.order_by("asked_at").values_list("document", "status"))


def text_of(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_bench_prints_slip_and_label_by_itself(house, pia, lea):
    printer, agent = printer_of(house, lea)
    assert choose(pia, slip=printer, label=printer).url == "/warehouse/pack/"
    assert "Prints at Bench 1" in pia.opens("/warehouse/pack/").text
    assert agent.asks().status_code == 204

    shipment = picked_shipment(house, {"LAMP": 1})
    closed, labelled = pack(pia, shipment)
    box = Package.objects.get()
    assert closed == f"Box {box} closed. Slip sent to Bench 1."
    assert labelled == "Labels made: 1. Label sent to Bench 1."

    slip = agent.asks()
    assert (slip.status_code, slip["Content-Type"]) == (200, "application/pdf")
    assert box.order.number in text_of(slip.content)
    assert slip["X-Document"] == "slip"
    label = agent.asks()
    assert box.tracking_number.replace(" ", "")[-4:] in text_of(label.content).replace(" ", "")
    assert agent.asks().status_code == 204
    assert jobs() == [("slip", "taken"), ("label", "taken")]

    assert agent.says(slip["X-Print-Job"], {"problem": ""}).status_code == 204
    assert agent.says(label["X-Print-Job"], {"problem": "out of paper"}).status_code == 204
    assert jobs() == [("slip", "printed"), ("label", "failed")]
    screen = pia.opens(f"/warehouse/pack/{shipment.pk}/").text
    assert "Slip printed at Bench 1" in screen
    assert "Label not printed: out of paper" in screen


def test_a_word_that_comes_twice_changes_nothing(house, pia, lea):
    printer, agent = printer_of(house, lea)
    choose(pia, slip=printer)
    pack(pia, picked_shipment(house, {"LAMP": 1}))
    job = agent.asks()["X-Print-Job"]
    agent.says(job, {"problem": ""})
    assert agent.says(job, {"problem": "jam"}).status_code == 204
    assert jobs() == [("slip", "printed")]


def test_a_document_is_printed_again_when_somebody_wants_it(house, pia, lea):
    printer, agent = printer_of(house, lea)
    choose(pia, slip=printer)
    shipment = picked_shipment(house, {"LAMP": 1})
    pack(pia, shipment)
    agent.asks()  # and its word is lost: no second copy comes by itself
    assert agent.asks().status_code == 204
    assert "Slip sent to Bench 1" in pia.opens(f"/warehouse/pack/{shipment.pk}/").text

    box = Package.objects.get()
    again = pia.sends(f"/warehouse/boxes/{box.pk}/print/", document="slip")
    assert again.says == "Slip sent to Bench 1."
    pia.sends(f"/warehouse/boxes/{box.pk}/print/", document="slip")  # tapped twice
    assert jobs() == [("slip", "taken"), ("slip", "waiting")]
    assert agent.asks()["X-Document"] == "slip"

    refused = pia.sends(f"/warehouse/boxes/{box.pk}/print/", document="label")
    assert (refused.status, refused.says) == (
        409, "This bench has no printer for it: choose one on the screen Pack."
    )  # fmt: skip


def test_what_waits_at_a_printer_that_is_off_is_printed_at_another(house, pia, lea):
    """The screen says where: nothing comes out at the other one when that is switched on."""
    first, silent = printer_of(house, lea)
    second, agent = printer_of(house, lea, name="Bench 2")
    choose(pia, slip=first)
    pack(pia, picked_shipment(house, {"LAMP": 1}))
    choose(pia, slip=second)

    again = pia.sends(f"/warehouse/boxes/{Package.objects.get().pk}/print/", document="slip")

    assert again.says.startswith("Slip sent to Bench 2.")
    assert silent.asks().status_code == 204
    assert agent.asks()["X-Document"] == "slip"


def test_a_bench_whose_printer_was_removed_prints_by_hand(house, pia, lea):
    printer, _ = printer_of(house, lea)
    choose(pia, slip=printer, label=printer)
    lea.sends(f"{PRINTERS}{printer.pk}/remove/")
    shipment = picked_shipment(house, {"LAMP": 1})

    assert pack(pia, shipment)[1] == "Labels made: 1."

    screen = pia.opens(f"/warehouse/pack/{shipment.pk}/").text
    assert "Print the slip and label." in screen
    assert "Print slip" not in screen


def test_what_a_box_does_not_have_is_not_said_to_be_sent(house, pia, lea):
    """From a page that was open before its label was made void, or the box was opened again."""
    printer, _ = printer_of(house, lea)
    choose(pia, slip=printer, label=printer)
    shipment = picked_shipment(house, {"LAMP": 1})
    url = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(url, code=LAMP_CODE)
    box = Package.objects.get()

    slip = pia.sends(f"/warehouse/boxes/{box.pk}/print/", document="slip")
    pia.sends(f"{url}close/")
    label = pia.sends(f"/warehouse/boxes/{box.pk}/print/", document="label")

    assert slip.says == f"Box {box} has no slip now: nothing is printed."
    assert label.says == f"Box {box} has no label now: nothing is printed."


def test_what_is_no_longer_wanted_is_dropped(house, pia, lea):
    """A box that was opened again has no slip yet."""
    printer, agent = printer_of(house, lea)
    choose(pia, slip=printer)
    shipment = picked_shipment(house, {"LAMP": 1})
    url = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(url, code=LAMP_CODE)
    pia.sends(f"{url}close/")
    shipment.refresh_from_db()
    undo_packed(shipment, actor=pia.user)
    assert agent.asks().status_code == 204
    assert jobs() == [("slip", "dropped")]

    pia.sends(f"{url}close/")
    assert agent.asks()["X-Document"] == "slip"


def test_zpl_is_drawn_for_a_printer_that_speaks_it(house, pia, lea):
    printer, agent = printer_of(house, lea, prints="labels", labels="zpl")
    choose(pia, label=printer)
    pack(pia, picked_shipment(house, {"LAMP": 1}))
    label = agent.asks()
    assert label["Content-Type"] == "application/zpl"
    assert label.content.startswith(b"^XA^PW800^LL1200")


def test_a_printer_prints_only_what_it_can(house, pia, lea):
    labels, _ = printer_of(house, lea, prints="labels")
    refused = choose(pia, slip=labels)
    assert (refused.status, refused.says) == (409, "Choose one of these printers.")
    assert pack(pia, picked_shipment(house, {"LAMP": 1}))[1] == "Labels made: 1."
    assert jobs() == []


def test_a_silent_agent_is_said(house, pia, lea):
    printer, _ = printer_of(house, lea)
    choose(pia, slip=printer)
    closed, _ = pack(pia, picked_shipment(house, {"LAMP": 1}))
    assert closed.endswith(
        "Slip sent to Bench 1. It has not asked for work: see whether it is switched on."
    )


def test_nobody_prints_in_another_house(house, pia, lea):
    """Neither by an id in the cookie nor by the token of another printer."""
    other = make_warehouse("Süd")
    make_seller("Cy's Cups", "cy@example.com", other)
    boss = make_user("lou@example.com", "Lou", Role.LEAD, warehouse=other)
    foreign, token = add_printer(
        other, name="Their printer", prints="both", labels="made", actor=boss
    )
    assert choose(pia, slip=foreign).status == 409
    pia.client.cookies["floor_printers"] = f"slip={foreign.pk}&label=nonsense"
    assert "Their printer" not in pia.opens("/warehouse/pack/").text
    printer, agent = printer_of(house, lea)
    choose(pia, slip=printer)
    pack(pia, picked_shipment(house, {"LAMP": 1}))
    theirs = Agent(token)
    assert theirs.asks().status_code == 204
    job = agent.asks()["X-Print-Job"]
    assert theirs.says(job, {"problem": ""}).status_code == 404
    assert Worker(boss).opens(PRINTERS).text.count("Bench 1") == 1  # the example of a name


def test_the_lead_adds_renews_and_removes_a_printer(house, lea):
    fresh = {"name": "Bench 1", "prints": "both", "labels": "made"}
    page = lea.sends(PRINTERS, **fresh)
    assert page.status == 201
    printer = Printer.objects.get()
    token = page.html.split('token">')[1].split("<")[0]
    assert Agent(token).asks().status_code == 204
    assert "its agent asks" in lea.opens(PRINTERS).text

    twice = lea.sends(PRINTERS, **fresh)
    assert (twice.status, Printer.objects.count()) == (422, 1)
    assert "A printer is already named Bench 1: choose another name." in twice.text

    assert lea.sends(f"{PRINTERS}{printer.pk}/renew/").status == 201
    assert Agent(token).asks().status_code == 401
    assert "its agent has not asked yet" in lea.opens(PRINTERS).text
    assert "prints nothing any more" in lea.sends(f"{PRINTERS}{printer.pk}/remove/").html
    assert lea.opens(PRINTERS).text.count("Bench 1") == 1
    kinds = (
        Event.objects.filter(subject_id=printer.pk).order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["printer.added", "printer.token_given", "printer.removed"]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"problem": 5}', '{"problem": "%s"}' % ("x" * 201), r'{"problem": "\udcff"}'],
)
def test_a_word_that_is_none_is_refused(house, pia, lea, body):
    printer, agent = printer_of(house, lea)
    choose(pia, slip=printer)
    pack(pia, picked_shipment(house, {"LAMP": 1}))
    answer = agent.says(agent.asks()["X-Print-Job"], body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "problem")
    assert jobs() == [("slip", "taken")]


@pytest.fixture
def paper():
    peer = PrinterPeer()
    yield peer
    peer.close()


def test_a_printer_that_does_not_hang_up_may_have_printed(paper):
    """Not “did not take it”: who prints again at once has two labels."""
    paper.is_stuck = True
    with pytest.raises(agent_file.Unconfirmed, match="look there first"):
        agent_file.raw_printer("127.0.0.1", paper.port, 0.2)(b"label")
    wait_until(lambda: paper.printed == [b"label"])


def test_the_agent_feeds_a_real_printer(live_site, house, lea, paper):
    """A process of its own, copied alone, as on a computer beside the printer."""
    printer, token = add_printer(
        house.warehouse, name="Bench 1", prints="both", labels="made", actor=lea.user
    )
    shipment = picked_shipment(house, {"LAMP": 2})
    box = pack_unit(shipment, code=LAMP_CODE, actor=house.pat)
    pack_unit(shipment, code=LAMP_CODE, actor=house.pat)
    box = Package.objects.get()
    close_package(box, weight_grams=None, actor=house.pat)

    def print_slip():
        PrintJob.objects.create(printer=printer, package=box, document="slip")

    command = [
        sys.executable, "-I", Path(agent_file.__file__), live_site,
        "--printer", f"127.0.0.1:{paper.port}",
    ]  # fmt: skip
    environment = {"PRINTER_TOKEN": token, "PATH": os.environ["PATH"]}
    print_slip()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as agent:
        try:
            wait_until(lambda: jobs() == [("slip", "printed")])
            assert [piece[:5] for piece in paper.printed] == [b"%PDF-"]

            paper.is_out = True
            print_slip()
            wait_until(lambda: jobs()[1:] == [("slip", "failed")])
            problem = PrintJob.objects.order_by("asked_at").last().problem
            assert problem.startswith("The printer did not take it: ")

            paper.is_out = False
            print_slip()
            wait_until(lambda: jobs()[2:] == [("slip", "printed")])
            assert len(paper.printed) == 2
        finally:
            agent.terminate()
