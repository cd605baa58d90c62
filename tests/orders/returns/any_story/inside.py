"""Acts in the house and on the road: the worker, the courier and the carrier, and time itself."""

from datetime import timedelta

from django.db.transaction import atomic
from django.utils import timezone

from orders.carriers.base import Seen
from orders.models import Repair, ReturnLabel, ReturnLine
from orders.returns.ahead import remind
from orders.returns.closing import close_finished, owe_called_off
from orders.returns.due.expiry import expire
from orders.returns.exchanged import call_off_late
from orders.returns.labels.following import save_journey
from orders.returns.labels.sweep import sweep_return_labels
from tests.orders.returns.any_story.outside import YES_OR_NO
from tests.orders.returns.any_story.town import PLACES, Town
from tests.orders.returns.any_story.truths import last_written
from tests.warehouse.any_day.acts import FEW, NONE_OR_FEW, Nothing, step
from warehouse.couriers.ending import end_run
from warehouse.couriers.runs import fail_stop
from warehouse.couriers.undelivered import send_back, take_back
from warehouse.couriers.undo import undo_stop
from warehouse.models import Location, Run, Stop
from warehouse.returns.arrivals import (
    carry_out,
    receive_empty,
    receive_unannounced,
    record_unexpected,
    set_aside_swapped,
)
from warehouse.returns.going_back import send_back as send_repaired
from warehouse.returns.inspection import (
    finish_return,
    inspect_return_line,
    receive_return,
    set_aside_to_repair,
)
from warehouse.returns.undoing import undo_inspection

GRADES = ("", "a", "b", "c")
REPORTS = (("taken",), ("moving", "taken", "taken"), ("there", "?", "moving"))


class Worker(Town):
    """Receives, inspects, sets aside, undoes and finishes."""

    @step(often=2, fewer=(0, 0, 1, 2, -1))
    def receive(self, fewer):
        back = self.one_of(self.returns("approved", "approved", "received", "requested"))
        counts = {part.pk: max(0, part.approved - fewer) for part in back.lines.order_by("pk")}
        is_wrong = back.status != "approved" or fewer < 0 or not any(counts.values())
        with self.act("receive", back, *counts.values(), is_wrong=is_wrong):
            receive_return(
                back, received=counts, warehouse=self.house.warehouse, actor=self.house.pat
            )

    @step(often=3)
    def receive_what_is_due(self):
        back = self.one_of(self.returns("approved"))
        counts = {part.pk: part.approved for part in back.lines.order_by("pk")}
        with self.act("receive", back, *counts.values()):
            receive_return(back, received=counts, actor=self.house.pat)

    @step()
    def receive_empty(self):
        back = self.one_of(self.returns())
        with self.act("empty", back):
            receive_empty(back, warehouse=self.house.warehouse, actor=self.house.pat)

    @step(
        often=3, good=NONE_OR_FEW, bad=NONE_OR_FEW, grade=GRADES, place=PLACES, may_close=YES_OR_NO
    )
    def inspect(self, good, bad, grade, place, may_close):
        part = self.one_of(self._parts())
        left = part.received - part.inspected
        is_wrong = not 0 < good + bad <= left
        with self.act("inspect", part.order_return, good, bad, grade, is_wrong=is_wrong):
            inspect_return_line(
                part, restocked=good, written_off=bad, location=self._place(place),
                may_close=may_close, grade=grade, actor=self.house.pat,
            )  # fmt: skip

    @step(often=3, good=NONE_OR_FEW, may_close=YES_OR_NO)
    def inspect_the_rest(self, good, may_close):
        part = self._due()
        left = part.received - part.inspected
        good = min(good, left)
        with self.act("inspect", part.order_return, good, left - good):
            inspect_return_line(
                part, restocked=good, written_off=left - good, location=self._place("A-02-1"),
                may_close=may_close, actor=self.house.pat,
            )  # fmt: skip

    @step(units=FEW)
    def set_aside_to_repair(self, units):
        part = self._due()
        is_wrong = units > part.received - part.inspected
        with self.act("set aside to repair", part.order_return, units, is_wrong=is_wrong):
            set_aside_to_repair(part, units=units, actor=self.house.pat)

    @step(often=2, sku=("LAMP", "SHADE", "VASE", "?"), units=FEW)
    def find_more(self, sku, units):
        back = self.one_of(self.returns("received"))
        with self.act("find", back, sku, units):
            record_unexpected(
                back, code=sku, product=self.house.ada.products.get(sku), quantity=units,
                actor=self.house.pat,
            )  # fmt: skip

    @step(units=FEW)
    def set_aside_swapped(self, units):
        part = self._due()
        is_wrong = units > part.received - part.inspected
        with self.act("swapped", part.order_return, units, is_wrong=is_wrong):
            set_aside_swapped(part, code="OTHER-1", quantity=units, actor=self.house.pat)

    @step(often=3)
    def undo(self):
        part = self.one_of(self._parts())
        is_wrong = not part.inspected or part.order_return.status != "received"
        with self.act("undo", part.order_return, part.inspected, is_wrong=is_wrong):
            undo_inspection(part, actor=self.house.pat)

    @step(often=2)
    def finish(self):
        back = self.one_of(self.returns("received"))
        is_wrong = any(part.inspected < part.received for part in back.lines.all())
        with self.act("finish", back, is_wrong=is_wrong):
            finish_return(back, actor=self.house.pat)

    @step(often=2)
    def carry_out(self):
        row = self.one_of(self.discrepancies().exclude(status="open"))
        with self.act("carry out", row, row.decision, is_wrong=row.status != "decided"):
            carry_out(
                row, scanned=row.product, code=row.code, location=self._place("B-01-1"),
                actor=self.house.pat,
            )  # fmt: skip

    @step()
    def receive_unannounced(self):
        order = self.one_of(self.orders())
        with self.act("unannounced", order):
            receive_unannounced(order, warehouse=self.house.warehouse, actor=self.house.pat)

    @step()
    def send_repaired(self):
        rows = Repair.objects.filter(order__in=self.orders()).select_related("return_line__line")
        repair = self.one_of(rows)
        with self.act("send repaired", repair):
            send_repaired(
                repair, scanned=repair.return_line.line.product, warehouse=self.house.warehouse,
                actor=self.house.pat,
            )  # fmt: skip

    @step()
    def do_the_work(self):
        self.work()
        self.diary.append("the house works")

    def _parts(self):
        rows = ReturnLine.objects.filter(order_return__in=self.returns())
        return rows.select_related("order_return", "line__order__seller__warehouse")

    def _due(self):
        parts = [part for part in self._parts().order_by("pk") if part.received > part.inspected]
        if not parts:
            raise Nothing
        return self.luck.choice(parts)

    def _place(self, code):
        rows = Location.objects.select_related("warehouse")
        return rows.get(warehouse=self.house.warehouse, code=code)


class Courier(Town):
    """Brings parcels, in vain at times, and back."""

    @step(often=2, is_home=(True, True, False))
    def go(self, is_home):
        box = self.one_of(self.parcels("handed_over", "in_transit", "attempt_failed"))
        with self.act("drive", box), atomic():  # planned and left, or neither
            self.drive([box])
        stop = self._stops().filter(packages=box, finished_at=None).first()
        if stop:
            self.known = last_written()
            self._ring(stop, is_home)

    @step(is_home=YES_OR_NO)
    def ring_again(self, is_home):
        self._ring(self.one_of(self._stops().filter(finished_at=None)), is_home)

    @step()
    def undo_a_stop(self):
        stop = self.one_of(self._stops())
        with self.act("undo stop", stop, is_wrong=stop.finished_at is None):
            undo_stop(stop, actor=self.house.cory)
        self.note_deliveries()

    @step()
    def break_off(self):
        run = self.one_of(Run.objects.filter(status="started"))
        with self.act("break off"):
            end_run(run, actor=self.house.pat)

    @step()
    def come_back(self):
        box = self.one_of(self.parcels("attempt_failed", "returning", "delivered"))
        is_failed = box.status == "attempt_failed"
        with self.act("come back", box, is_wrong=box.status == "delivered"):
            if is_failed:
                send_back(box, actor=self.house.cory)
            else:
                take_back(box, actor=self.house.pat)

    def _ring(self, stop, is_home):
        with self.act("deliver" if is_home else "not home", stop):
            if is_home:
                self.deliver(stop)
            else:
                fail_stop(stop, reason="not_home", actor=self.house.cory)

    def _stops(self):
        return Stop.objects.filter(run__warehouse=self.house.warehouse).select_related("run")


class Carrier(Town):
    """Answers for labels and reports where a return is, in any order and repeatedly."""

    @step()
    def answer(self):
        count = sweep_return_labels()
        self.carried_out["answer"] += bool(count)
        self.diary.append(f"the carrier answers {count}")

    @step(words=REPORTS)
    def report(self, words):
        rows = ReturnLabel.objects.filter(order_return__in=self.returns())
        label = self.one_of(rows.exclude(answered_at=None).select_related("order_return"))
        now = timezone.now()
        with self.act("report", label.order_return, *words):
            seen = [
                Seen(word, now - timedelta(minutes=5 - 3 * at)) for at, word in enumerate(words)
            ]
            save_journey(label, seen)


class Days(Town):
    """The sweeps, as if so many days had passed."""

    @step(days=(0, 1, 20, 40))
    def pass_by(self, days):
        later = timezone.now() + timedelta(days=days)
        self.diary.append(f"{days} days pass")
        for sweep in (call_off_late, close_finished, owe_called_off, remind, expire):
            self.carried_out[sweep.__name__] += sweep(later)
