"""Acts upon orders: they come, are changed and cancelled; parcels go to doors and come back."""

from datetime import timedelta

from django.utils import timezone

from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit_lines import change_units
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold, Order, Package, Return
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_order
from tests.warehouse.any_day.acts import FEW, NONE_OR_FEW, Acts, step
from tests.warehouse.any_day.building import BINS
from warehouse.couriers.ending import end_run
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, fail_stop, plan_run, start_run
from warehouse.couriers.undelivered import send_back, take_back
from warehouse.couriers.undo import undo_stop
from warehouse.models import Run, Stop
from warehouse.returns.inspection import inspect_return_line, receive_return


class OrderActs(Acts):
    """Of the seller and the customers."""

    @step(often=4, lamps=NONE_OR_FEW, shades=NONE_OR_FEW)
    def order(self, lamps, shades):
        wanted = {"LAMP": lamps, "SHADE": shades}
        wanted = {sku: units for sku, units in wanted.items() if units} or {"LAMP": 1}
        for line in make_order(self.here.ada, wanted).lines.all():
            self.model.ordered[line.pk] = line.ordered

    @step()
    def cancel(self):
        order = self.one_of(self._orders())
        with self.act("cancel", order):
            cancel_order(order, actor=self.here.ada.owner)
            for line in order.lines.all():
                # Nothing of it is picked: what has not left is cancelled.
                left = self.model.ordered[line.pk] - self.model.sent[line.pk]
                self.model.cancelled[line.pk] = left

    @step(units=FEW)
    def cancel_units(self, units):
        line = self.one_of(self.one_of(self._orders()).lines.all())
        with self.act("cancel units", line, units):
            cancel_units(line.order, {line.pk: units}, actor=self.here.ada.owner)
            self.model.cancelled[line.pk] += units

    @step(wanted=FEW)
    def change_units(self, wanted):
        line = self.one_of(self.one_of(self._orders()).lines.all())
        with self.act("change units", line, wanted):
            change_units(line.order, {line.pk: wanted}, actor=self.here.ada.owner)
            had = self.model.ordered[line.pk] - self.model.cancelled[line.pk]
            self.model.ordered[line.pk] += max(wanted - had, 0)
            self.model.cancelled[line.pk] += max(had - wanted, 0)

    @step()
    def hold(self):
        order = self.one_of(self._orders())
        with self.act("hold", order):
            hold_order(order, reason="manual", actor=self.here.ada.owner)

    @step(often=2)
    def release(self):
        hold = self.one_of(Hold.objects.filter(order__in=self._orders(), released_at=None))
        with self.act("release", hold.order):
            release_hold(hold, actor=self.here.ada.owner)

    @step(often=3)
    def ask_for_a_return(self):
        """Of all units of an order that may come back; it is approved, and all of it arrives."""
        order = self.one_of(self._orders().filter(lines__delivered__gt=0).distinct())
        with self.act("ask for a return", order):
            units = {line.pk: line.delivered - line.returned for line in order.lines.all()}
            asked = request_return(order, units=units, reason="damaged")
            if asked.status == "requested":
                asked = approve_return(asked, actor=self.here.ada.owner)
            lines = {line.pk: line.approved for line in asked.lines.all()}
            receive_return(asked, received=lines, actor=self.here.pia)

    @step(often=4, restocked=NONE_OR_FEW, written_off=NONE_OR_FEW, place=BINS)
    def inspect(self, restocked, written_off, place):
        due = Return.objects.filter(order__in=self._orders(), status="received")
        line = self.one_of(self.one_of(due).lines.select_related("line"))
        with self.act("inspect", line.order_return, restocked, written_off, place):
            inspect_return_line(
                line, restocked=restocked, written_off=written_off,
                location=self.here.place(place), actor=self.here.pia,
            )  # fmt: skip
            self.model.lying[line.line.sku, place] += restocked

    @step(often=6)
    def go_out(self):
        box = self.one_of(self._parcels("handed_over", "in_transit", "attempt_failed"))
        now = timezone.now()
        with self.act("go out", box):
            run = plan_run(
                warehouse=self.here.warehouse, courier=self.here.cory, on=now.date(),
                stops=[StopPlan([box], now, now + timedelta(hours=1))], actor=self.here.lea,
            )  # fmt: skip
            start_run(run, actor=self.here.cory)

    @step(often=6, is_home=(True, False))
    def ring(self, is_home):
        stop = self.one_of(self._stops_of_runs().filter(finished_at=None, run__status="started"))
        with self.act("deliver" if is_home else "fail", stop):
            if is_home:
                deliver_stop(stop, received_by="Grace", actor=self.here.cory)
                self._delivered(stop, 1)
            else:
                fail_stop(stop, reason="not_home", actor=self.here.cory)

    @step()
    def undo_a_stop(self):
        stop = self.one_of(self._stops_of_runs().filter(finished_at__isnull=False))
        delivered = stop.packages.filter(status="delivered").exists()
        with self.act("undo a stop", stop):
            undo_stop(stop, actor=self.here.cory)
            self._delivered(stop, -1 if delivered else 0)

    @step()
    def break_off(self):
        runs = Run.objects.filter(warehouse=self.here.warehouse, status="started")
        with self.act("break off"):
            end_run(self.one_of(runs), actor=self.here.lea)

    @step(often=5)
    def come_back(self):
        """A parcel that nobody took goes back into the house."""
        box = self.one_of(self._parcels("attempt_failed", "returning"))
        with self.act("come back", box):
            if box.status == "attempt_failed":
                box = send_back(box, actor=self.here.cory)
            take_back(box, actor=self.here.pia)
            for line, (_, units) in self.boxes[box.pk].items():
                self.model.came_back[line] += units

    def _orders(self):
        return Order.objects.filter(seller=self.here.ada.seller)

    def _parcels(self, *statuses):
        return Package.objects.filter(seller=self.here.ada.seller, status__in=statuses)

    def _stops_of_runs(self):
        return Stop.objects.filter(run__warehouse=self.here.warehouse).select_related("run")

    def _delivered(self, stop, times):
        for box in stop.packages.all():
            for line, (_, units) in self.boxes[box.pk].items():
                self.model.delivered[line] += times * units
