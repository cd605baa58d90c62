"""Forms of the screens of inbound goods."""

from django import forms

from orders.values.counts import LARGEST, MOST_ENTERED
from orders.values.form_fields import DayField
from warehouse.inbound.putting_away import REASONS
from warehouse.models import InboundDamage
from warehouse.models.lots import LONGEST_LOT
from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm


class InboundScanForm(ScanForm):
    """A scan of a product of an inbound, or of the location where the goods go from now on.

    `quantity`: units that somebody entered for it. `sure`: so many were asked back, and are right.
    `lot` and `expires_on` were entered, or scanned before, of the product `lot_of`.
    """

    location = forms.UUIDField(required=False)
    quantity = forms.IntegerField(
        min_value=1, max_value=MOST_ENTERED, required=False, label="Units per scan"
    )
    sure = forms.IntegerField(min_value=1, max_value=MOST_ENTERED, required=False, label="Units")
    lot_of = forms.UUIDField(required=False)
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")
    expires_on = DayField(required=False, label="Expires on")


class UndoForm(FloorForm):
    """What to undo: the last receipt, or report of damage, of this worker."""

    last = forms.UUIDField()
    location = forms.UUIDField(required=False)


class DamageForm(FloorForm):
    """Damaged units of a product, the reason, and perhaps a photo."""

    product = forms.UUIDField(label="Product")
    units = QuantityField("Damaged units")
    reason = forms.ChoiceField(choices=InboundDamage.Reason.choices, label="Reason")
    photo = forms.FileField(required=False, label="Photo")


class CloseForm(FloorForm):
    """The units that the screen had shown as arrived."""

    came = forms.IntegerField(min_value=0, max_value=LARGEST, label="Units")


class PutAwayForm(ScanForm):
    """A scan of a product that waits, then of the place where it goes.

    `quantity`: the units to take there. `reason`: why another place than the suggested one.
    """

    product = forms.UUIDField(required=False)
    source = forms.UUIDField(required=False)
    quantity = QuantityField("Units to put away")
    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason")
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")


class FaceForm(ScanForm):
    """A scan of a location, then of the product that is picked there first."""

    location = forms.UUIDField(required=False)


class FaceUnitsForm(FloorForm):
    """When a pick face is refilled, and how far."""

    location = forms.UUIDField()
    product = forms.UUIDField()
    minimum = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, label="Refill below")
    target = forms.IntegerField(min_value=1, max_value=MOST_ENTERED, label="Refill up to")


class ReplenishForm(ScanForm):
    """A scan of the reserve location, of the product, then of its pick face.

    `step`: how many of them were right. `quantity`: the units that are brought.
    """

    step = forms.IntegerField(min_value=0, max_value=2, required=False)
    quantity = QuantityField("Units to bring")
