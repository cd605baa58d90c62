"""Forms of the screens of picking, packing and hand-over."""

from django import forms

from orders.values.counts import LARGEST, MOST_ENTERED
from orders.values.form_fields import DayField
from warehouse.floor.leading.waves import MOST_IN_A_WAVE
from warehouse.models import Manifest, PickLine
from warehouse.models.cartons import MOST_GRAMS
from warehouse.models.carts import MOST_SLOTS
from warehouse.models.locations import LONGEST_ZONE
from warehouse.models.serials import LONGEST_SERIAL
from warehouse.models.walls import MOST_CELLS, MOST_UNITS
from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm

HEAVIEST_GRAMS = 1_000_000


class HomeForm(ScanForm):
    """A scan of any code; `elsewhere`: not on home; `after`: the shipment that was just done."""

    elsewhere = forms.BooleanField(required=False)
    after = forms.UUIDField(required=False)


class PackForm(ScanForm):
    """A scan of a product into the open box, with the quantity.

    `looked_at`: the code of which somebody has said that it is a serial number.
    """

    quantity = QuantityField()
    looked_at = forms.CharField(max_length=120, required=False)


class TakeOutForm(FloorForm):
    """Take a unit out of a box; its serial number, where it has one."""

    serial = forms.CharField(max_length=LONGEST_SERIAL, required=False, label="Serial number")


class PickForm(ScanForm):
    """A scan at a stop: first its location, then its product with the quantity.

    `proposed` is the quantity with which the screen came: another one was entered. `planned` is
    that of the whole stop. Where totes are scanned, a last scan is of the tote, with the `product`.
    `walk` is that of the stop, where the form is of a whole cart.
    """

    line = forms.UUIDField()
    walk = forms.UUIDField(required=False)
    location = forms.CharField(max_length=30, required=False)
    product = forms.CharField(max_length=120, required=False)
    quantity = QuantityField("Units picked")
    proposed = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    planned = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)


class PutBackForm(ScanForm):
    """A scan of a product from the tote, then, with its `line`, of the place it is put into."""

    line = forms.UUIDField(required=False)
    quantity = QuantityField("Units put back")


class OtherLotForm(FloorForm):
    """The stop for which a lead allows another lot, and where that lies."""

    line = forms.UUIDField()
    stock = forms.UUIDField(label="Lot")


class TotesForm(FloorForm):
    """Add totes: their first and last number."""

    first = forms.IntegerField(min_value=1, max_value=LARGEST, label="First number")
    last = forms.IntegerField(min_value=1, max_value=LARGEST, label="Last number")


class CartForm(FloorForm):
    """Add a cart: what is on it to scan, and how many slots it has."""

    code = forms.CharField(max_length=20, label="Code")
    slots = forms.IntegerField(min_value=2, max_value=MOST_SLOTS, label="Slots")


class WallForm(FloorForm):
    """Add a put wall: what is on it to scan, and how many cells it has."""

    code = forms.CharField(max_length=20, label="Code")
    cells = forms.IntegerField(min_value=2, max_value=MOST_CELLS, label="Cells")


class WallRuleForm(FloorForm):
    """Which orders a put wall gets, and whether each put is confirmed by a scan of its cell."""

    most_units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, label="Units of an order")
    scans_cells = forms.TypedChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], coerce=lambda text: text == "yes", label="Scans"
    )


class PutForm(ScanForm):
    """A scan at the put wall: a unit out of the tote, then, with its `line`, the cell."""

    line = forms.UUIDField(required=False)


class WaveForm(FloorForm):
    """Release a wave: what is to leave by the end of a day, of a carrier, at most so many."""

    until = DayField(label="To leave by")
    carrier = forms.CharField(required=False, max_length=20, label="Carrier")
    most = forms.IntegerField(
        min_value=1, max_value=MOST_IN_A_WAVE, required=False, label="At most"
    )


class ZoneForm(FloorForm):
    """The zone to which a picker keeps; empty: none."""

    zone = forms.CharField(max_length=LONGEST_ZONE, required=False, label="Zone")


class GiveForm(FloorForm):
    """Give a walk to another picker."""

    picker = forms.UUIDField(label="Picker")


class StopForm(FloorForm):
    """Do not ship: why, for the seller."""

    reason = forms.CharField(required=False, max_length=120, label="Reason")


class ShortForm(FloorForm):
    """A short pick: how many units were found, and why fewer; `planned`: of the whole stop."""

    planned = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    found = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, label="Units found")
    reason = forms.ChoiceField(choices=PickLine.ShortReason.choices, label="Reason")


class CloseForm(FloorForm):
    """Close a box; its weight if there is a scale, and why it may be off, which a lead says."""

    weight_grams = forms.IntegerField(
        min_value=1, max_value=HEAVIEST_GRAMS, required=False, label="Weight in grams"
    )
    carton = forms.CharField(max_length=30, required=False, label="Box")
    because = forms.CharField(min_length=3, max_length=120, required=False, label="Why it is right")


class LabelForm(FloorForm):
    """Make labels; a lead may send what ships all together without its rest."""

    carrier = forms.CharField(required=False, max_length=20)
    without_rest = forms.BooleanField(required=False)


class CountForm(FloorForm):
    """How many packages the worker counted before the hand-over; why others stay here."""

    counted = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, label="Parcels counted")
    rest = forms.ChoiceField(
        choices=Manifest.Rest.choices, required=False, label="Why the others stay"
    )


class CartonForm(FloorForm):
    """A kind of box: what is on it to scan, and what it weighs with its filling."""

    code = forms.CharField(max_length=30, label="Code")
    name = forms.CharField(max_length=60, label="Name")
    grams = forms.IntegerField(min_value=1, max_value=MOST_GRAMS, label="Weight in grams")
    varies_grams = forms.IntegerField(
        min_value=0, max_value=MOST_GRAMS, required=False, label="Varies by"
    )


class OfferForm(FloorForm):
    """Offer a box at the bench, or use a cart, from now on or no longer."""

    offered = forms.TypedChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], coerce=lambda text: text == "yes", label="Offered"
    )
