"""Acts upon walks and boxes: pick, report short, pause, take over, pack, hand over; and undo."""

from orders.lifecycle.labelling import label_packages
from orders.models import Event, Package, Shipment
from tests.warehouse.any_day.acts import FEW, PEOPLE, Acts, step
from tests.warehouse.any_day.building import BINS, SKUS
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, empty_package, mark_ready, pack_unit, take_out
from warehouse.floor.pausing import continue_walk, give_walk, pause_walk
from warehouse.floor.picking import confirm_pick, report_short, take_next_pick_list
from warehouse.floor.putting_back import put_back, put_in_place, report_not_in_tote
from warehouse.floor.undo import undo_hand_over, undo_packed, undo_ready
from warehouse.floor.unpicking import undo_pick
from warehouse.floor.zones.choosing import choose_zone
from warehouse.models import PickLine, PickList
from warehouse.stock.allocation import allocate_due

STOP = ("pick_list__shipment__order", "pick_list__picker", "stock__location", "stock__product")


class WalkActs(Acts):
    """Of pickers and packers."""

    def __init__(self, luck):
        super().__init__(luck)
        self.boxes = {}  # box: {order line: (SKU, units)}, of those that are not cancelled

    @step(often=4, who=PEOPLE)
    def take_a_walk(self, who):
        allocate_due()
        with self.act("take a walk", who):
            take_next_pick_list(warehouse=self.here.warehouse, actor=self.who(who))

    @step(who=PEOPLE, zone=("", "", "A", "B"))
    def keep_to_a_zone(self, who, zone):
        with self.act("keep to a zone", who, zone):
            choose_zone(self.who(who), self.here.warehouse, zone)

    @step(most=FEW)
    def pick(self, most):
        self._pick(self.one_of(self._stops()), most)

    @step(often=5)
    def pick_all_of_a_walk(self):
        walk = self.one_of(self._walks())
        for stop in self._stops().filter(pick_list=walk).order_by("position"):
            self._pick(stop, stop.open_quantity)

    @step(found=range(3), reason=PickLine.ShortReason.values)
    def report_short(self, found, reason):
        stop = self.one_of(self._stops())
        missing = stop.open_quantity - found
        sku, code = stop.stock.product.sku, stop.stock.location.code
        with self.act("report short", stop, found, reason):
            report_short(stop, found=found, reason=reason, actor=stop.pick_list.picker)
            self.model.pick(sku, code, stop.pick_list.shipment_id, found)
            told = Event.objects.filter(kind="stock.ran_short").latest("pk").data
            # Where the place is empty, what else of it is free leaves the books at once.
            rest = told["rest"] if reason == PickLine.ShortReason.EMPTY else 0
            left = reason == PickLine.ShortReason.WITHHELD
            self.model.lying[sku, code] -= (0 if left else missing) + rest

    @step()
    def undo_a_pick(self):
        walks = {"pick_list__warehouse": self.here.warehouse, "picked__gt": 0}
        stop = self.one_of(PickLine.objects.filter(**walks).select_related(*STOP))
        with self.act("undo a pick", stop):
            _, units = undo_pick(stop, actor=stop.pick_list.picker)
            self._back(stop, stop.stock.location.code, units)

    @step(who=PEOPLE, what=("pause", "continue", "give"))
    def pause(self, who, what):
        walk = self.one_of(self._walks())
        with self.act(what, walk, who):
            if what == "pause":
                pause_walk(walk, actor=walk.picker)
            elif what == "continue":
                continue_walk(walk, actor=walk.picker)
            else:
                give_walk(walk, self.who(who), actor=self.here.lea)

    @step(sku=SKUS, units=FEW)
    def pack(self, sku, units):
        self._pack(self.one_of(self._shipments("picked")), sku, units)

    @step()
    def take_out_of_a_box(self):
        box = self.one_of(self._boxes("packing"))
        row = self.one_of(box.lines.select_related("shipment_line__line"))
        with self.act("take out of a box"):
            take_out(box, row.shipment_line, actor=self.here.pat)
            self._count_in_box(box, row.shipment_line.line_id, row.shipment_line.line.sku, -1)

    @step()
    def empty_a_box(self):
        box = self.one_of(self._boxes("packing"))
        with self.act("empty a box"):
            empty_package(box, actor=self.here.pat)
            self.boxes[box.pk] = {}

    @step()
    def close_a_box(self):
        box = self.one_of(self._boxes("packing"))
        with self.act("close a box"):
            close_package(box, actor=self.here.pat)

    @step()
    def make_ready(self):
        self._make_ready(self.one_of(self._shipments("packed")))

    @step(often=5)
    def send(self):
        """All that is left to do in the house with a picked shipment, at once."""
        shipment = self.one_of(self._shipments("picked"))
        for part in shipment.lines.select_related("line"):
            if part.picked > part.packed:
                self._pack(shipment, part.line.sku, part.picked - part.packed)
        for box in shipment.packages.filter(status="packing"):
            with self.act("close a box"):
                close_package(box, actor=self.here.pat)
        self._make_ready(shipment)
        self._hand_over(shipment)

    @step()
    def hand_over_a_shipment(self):
        self._hand_over(self.one_of(self._shipments("ready")))

    @step(often=4, what=("packed", "ready", "handed_over"))
    def undo(self, what):
        shipment = self.one_of(self._shipments(what))
        undone = {"packed": undo_packed, "ready": undo_ready, "handed_over": undo_hand_over}
        with self.act(f"undo {what}", shipment):
            undone[what](shipment, actor=self.here.pat)
            if what == "handed_over":
                self._leave(shipment, times=-1)

    @step(often=2)
    def cancel_a_shipment(self):
        begun = ("picking", "picked", "packed", "ready")
        shipment = self.one_of(self._shipments(*begun))
        with self.act("cancel a shipment", shipment):
            put_back(shipment, actor=self.here.lea)
            for box in shipment.packages.all():
                self.boxes.pop(box.pk, None)

    @step(often=4, to=BINS, units=FEW)
    def put_back(self, to, units):
        stop = self.one_of(self._to_put_back())
        with self.act("put back", stop, units, to):
            put_in_place(stop, units=units, place=self.here.place(to), actor=self.here.pia)
            self._back(stop, to, units)

    @step()
    def miss_in_a_tote(self):
        stop = self.one_of(self._to_put_back())
        with self.act("miss in a tote", stop):
            report_not_in_tote(stop, actor=self.here.pia)
            self._back(stop, stop.stock.location.code, stop.to_put_back)

    def _walks(self):
        rows = PickList.objects.filter(warehouse=self.here.warehouse)
        return rows.filter(status__in=("open", "aside")).select_related("picker")

    def _stops(self):
        rows = PickLine.objects.filter(pick_list__in=self._walks()).select_related(*STOP)
        return rows.filter(pk__in=[row.pk for row in rows if row.open_quantity])

    def _to_put_back(self):
        rows = PickLine.objects.filter(pick_list__warehouse=self.here.warehouse)
        return rows.filter(to_put_back__gt=0).select_related(*STOP)

    def _shipments(self, *statuses):
        return Shipment.objects.filter(warehouse=self.here.warehouse, status__in=statuses)

    def _boxes(self, *statuses):
        return Package.objects.filter(shipment__warehouse=self.here.warehouse, status__in=statuses)

    def _pick(self, stop, most):
        units = min(most, stop.open_quantity)
        sku, code = stop.stock.product.sku, stop.stock.location.code
        with self.act("pick", stop, units):
            confirm_pick(
                stop, location_code=code, product_code=sku, quantity=units,
                actor=stop.pick_list.picker,
            )  # fmt: skip
            self.model.pick(sku, code, stop.pick_list.shipment_id, units)

    def _back(self, stop, code, units):
        sku = stop.stock.product.sku
        self.model.pick(sku, code, stop.pick_list.shipment_id, -units)

    def _pack(self, shipment, sku, units):
        with self.act("pack", shipment, units, sku):
            box = pack_unit(shipment, code=sku, quantity=units, actor=self.here.pia)
            line = shipment.lines.get(line__sku=sku)
            self._count_in_box(box, line.line_id, sku, units)

    def _count_in_box(self, box, line, sku, units):
        inside = self.boxes.setdefault(box.pk, {})
        inside[line] = sku, inside.get(line, (sku, 0))[1] + units

    def _make_ready(self, shipment):
        with self.act("make ready", shipment):
            label_packages(shipment, actor=self.here.pia)
            mark_ready(shipment, actor=self.here.pia)

    def _hand_over(self, shipment):
        with self.act("hand over", shipment):
            hand_over(shipment.packages.exclude(status="cancelled"), actor=self.here.pia)
            self._leave(shipment, times=1)

    def _leave(self, shipment, *, times):
        for box in shipment.packages.exclude(status="cancelled"):
            self.model.hand_over(self.boxes[box.pk], shipment.pk, times=times)
