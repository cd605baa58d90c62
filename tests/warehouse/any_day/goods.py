"""Acts upon the goods: receive, put away, move, adjust, count."""

from tests.warehouse.any_day.acts import FEW, PEOPLE, PLACES, Acts, step
from tests.warehouse.any_day.building import BINS, SKUS
from warehouse.corrections.correcting import Change, approve, correct
from warehouse.corrections.correcting import refuse as refuse_correction
from warehouse.corrections.counting import count_anew, count_units, finish_count
from warehouse.corrections.tasks_to_count import task_at
from warehouse.inbound.putting_away import put_away
from warehouse.models import Correction
from warehouse.states import CorrectionStatus, CountStatus
from warehouse.stock.receiving import receipts_that_stand, receive_stock, undo_receipt


class GoodsActs(Acts):
    """Of anybody in the building."""

    @step(often=2, sku=SKUS, place=PLACES, units=range(1, 10), who=PEOPLE)
    def receive(self, sku, place, units, who):
        product, location = self.here.products[sku], self.here.place(place)
        with self.act("receive", units, sku, place):
            receive_stock(location=location, product=product, quantity=units, actor=self.who(who))
            self.model.lying[sku, place] += units

    @step(who=PEOPLE)
    def undo_a_receipt(self, who):
        stands = receipts_that_stand().filter(location__warehouse=self.here.warehouse)
        row = self.one_of(stands.select_related("product", "location"))
        with self.act("undo a receipt", row):
            undo_receipt(row, actor=self.who(who))
            self.model.lying[row.product.sku, row.location.code] -= row.quantity

    @step(sku=SKUS, place=BINS, units=FEW, who=PEOPLE)
    def put_away(self, sku, place, units, who):
        dock, to = self.here.place("DOCK"), self.here.place(place)
        with self.act("put away", units, sku, place):
            put_away(self.here.products[sku], units, source=dock, to=to, actor=self.who(who))
            self.model.lying[sku, "DOCK"] -= units
            self.model.lying[sku, place] += units

    @step(sku=SKUS, place=PLACES, to=BINS, units=FEW, who=PEOPLE)
    def move_units(self, sku, place, to, units, who):
        goal = self.here.place(to)
        change = Change(self.here.products[sku], self.here.place(place), units, "place", to=goal)
        with self.act("move units", units, sku, place, to):
            self._posted(correct(change, actor=self.who(who)))

    @step(sku=SKUS, place=PLACES, units=range(-6, 7), who=PEOPLE)
    def adjust(self, sku, place, units, who):
        change = Change(self.here.products[sku], self.here.place(place), units, "other")
        with self.act("adjust", units, sku, place):
            self._posted(correct(change, actor=self.who(who)))

    @step(who=PEOPLE, is_right=(True, False))
    def decide(self, who, is_right):
        waiting = Correction.objects.filter(
            location__warehouse=self.here.warehouse, status=CorrectionStatus.WAITING
        )
        row = self.one_of(waiting)
        with self.act("decide", row, is_right):
            self._posted((approve if is_right else refuse_correction)(row, actor=self.who(who)))

    @step(place=PLACES, lamps=range(10), shades=range(10), who=PEOPLE)
    def count(self, place, lamps, shades, who):
        """What is typed may be anything; a difference holds where a second person finds it too."""
        self._count(place, {"LAMP": lamps, "SHADE": shades}, who)

    @step(place=PLACES, who=PEOPLE)
    def count_rightly(self, place, who):
        self._count(place, {sku: self.model.lying[sku, place] for sku in ("LAMP", "SHADE")}, who)

    @step(place=BINS, lamps=range(10))
    def count_by_two(self, place, lamps):
        found = {"LAMP": lamps, "SHADE": self.model.lying["SHADE", place]}
        self._count(place, found, "pia")
        self._count(place, found, "lea")

    def _count(self, place, found, who):
        actor = self.who(who)
        with self.act("count", place, found, who):
            task = task_at(self.here.place(place), actor=actor)
            count_anew(task, actor=actor)
            for sku, units in found.items():
                if units:
                    product = self.here.products[sku]
                    count_units(task, product=product, units=units, actor=actor)
            if finish_count(task, actor=actor).status == CountStatus.DONE:
                for sku, units in found.items():
                    self.model.lying[sku, place] = units

    def _posted(self, row):
        if row.status != CorrectionStatus.POSTED:
            return
        sku = row.product.sku
        if row.to:
            self.model.lying[sku, row.to.code] += row.units
        self.model.lying[sku, row.location.code] += -row.units if row.to else row.units
