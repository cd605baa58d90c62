"""Acts upon batches: taken, sorted at the put wall unit by unit, missed there."""

from tests.warehouse.any_day.acts import PEOPLE, step
from tests.warehouse.any_day.building import SKUS
from tests.warehouse.any_day.walks import WalkActs
from warehouse.floor.walls.sorting import find_put, put_unit, report_not_there
from warehouse.floor.walls.taking import take_walk
from warehouse.models import Location, PickLine
from warehouse.stock.allocation import allocate_due


class WallActs(WalkActs):
    """Of pickers and packers at the wall."""

    @step(often=4, who=PEOPLE)
    def take_a_batch(self, who):
        allocate_due()
        with self.act("take a batch", who):
            take_walk(warehouse=self.here.warehouse, actor=self.who(who))

    @step(often=2, sku=SKUS, who=PEOPLE)
    def put(self, sku, who):
        tote = self._tote()
        with self.act("put", tote, sku):
            put_unit(find_put(tote, sku, actor=self.who(who)), actor=self.who(who))

    @step(often=3, who=PEOPLE)
    def put_all(self, who):
        tote = self._tote()
        for sku in SKUS:
            for _ in range(self._unsorted().filter(pick_list__batch_tote=tote).count() * 4):
                with self.act("put all", tote, sku):
                    put_unit(find_put(tote, sku, actor=self.who(who)), actor=self.who(who))

    @step()
    def miss_at_the_wall(self):
        line = self.one_of(self._unsorted())
        with self.act("miss at the wall", line):
            units = line.to_sort
            report_not_there(line, actor=self.here.pia)
            self._back(line, line.stock.location.code, units)

    def _tote(self):
        rows = Location.objects.filter(warehouse=self.here.warehouse)
        return self.one_of(rows.filter(pk__in=self._unsorted().values("pick_list__batch_tote")))

    def _unsorted(self):
        rows = PickLine.objects.filter(pick_list__warehouse=self.here.warehouse, to_sort__gt=0)
        rows = rows.exclude(pick_list__status="put_back")
        return rows.select_related(
            "pick_list__shipment__order", "pick_list__batch_tote", "stock__location",
            "stock__product",
        )  # fmt: skip
