"""Forms of the screens of returns."""

from collections.abc import Iterable
from typing import Any

from django import forms

from orders.catalogue.pictures import MOST_BYTES, drawn_again
from orders.errors import InvalidInput
from orders.models import ReturnLine
from orders.returns.photos import Drawn
from orders.values.counts import MOST_ENTERED, MOST_UNITS
from orders.words import say_later
from warehouse.models.lots import LONGEST_LOT
from warehouse.models.serials import LONGEST_SERIAL
from warehouse.returns.grades import Grade
from warehouse.scanning.base_forms import FloorForm, QuantityField, ScanForm

BAD_PHOTO = say_later(
    "Not saved: a photo is a PNG, JPEG or WebP picture of at most {most} MB.",
    most=MOST_BYTES >> 20,
)


def _grade() -> forms.ChoiceField:
    """Empty: as the decision says it."""
    return forms.ChoiceField(choices=Grade.choices, required=False, label="Grade")


class InspectForm(ScanForm):
    """A scan of a product, which counts units of its line; then of the place to restock them to.

    `scanned` is the product that was scanned last, `counted` how many units of it were;
    `looked_at`: the code of which somebody has said that it is a serial number.
    """

    line = forms.UUIDField(required=False)
    scanned = forms.CharField(max_length=120, required=False)
    counted = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, required=False, label="Units")
    looked_at = forms.CharField(max_length=120, required=False)
    grade = _grade()

    def clean_counted(self) -> int:
        return self.cleaned_data["counted"] or 0


class FoundForm(ScanForm):
    """What is in a parcel and not in its return: what was read of it, and how many."""

    quantity = QuantityField()


class StrayForm(FoundForm):
    """What is in a parcel of no order; whose it may be, where there are several sellers."""

    seller = forms.UUIDField(required=False)


class AsideForm(FloorForm):
    """What was decided is done; goods that are kept are scanned, then their place, with the lot."""

    code = forms.CharField(max_length=120, required=False, label="Code")
    scanned = forms.CharField(max_length=120, required=False)
    lot = forms.CharField(max_length=LONGEST_LOT, required=False, label="Lot")


class WriteOffForm(FloorForm):
    """Units of a line to write off, or to set aside: to be repaired, or for the seller."""

    line = forms.UUIDField()
    quantity = QuantityField()
    repair = forms.BooleanField(required=False)
    worn = forms.BooleanField(required=False)
    grade = _grade()


class SwappedForm(FloorForm):
    """Units that are not those that were sent: which, as their code says it."""

    line = forms.UUIDField()
    code = forms.CharField(max_length=120, label="Code")
    quantity = QuantityField()


class PhotoForm(FloorForm):
    """A photo of what came; cleaned as `drawn`. The rest is what was in hand meanwhile."""

    line = forms.UUIDField()
    scanned = forms.CharField(max_length=120, required=False)
    counted = forms.IntegerField(min_value=0, max_value=MOST_ENTERED, required=False)
    left = forms.IntegerField(min_value=0, max_value=MOST_UNITS, required=False)
    grade = _grade()
    photo = forms.FileField(label="Photo", allow_empty_file=True)
    drawn: Drawn

    @property
    def problem(self) -> str:
        return str(BAD_PHOTO) if "photo" in self.errors else super().problem

    def clean_photo(self) -> Any:
        """Draw it again here, before any row is locked."""
        file = self.cleaned_data["photo"]
        try:
            if file.size > MOST_BYTES:
                raise InvalidInput([])
            self.drawn = drawn_again(file.read())
        except InvalidInput:
            raise forms.ValidationError(BAD_PHOTO) from None
        return file


class GoingBackForm(FloorForm):
    """What was repaired is said; then the article is scanned, and its tote where these are."""

    code = forms.CharField(max_length=120, required=False, label="Code")
    scanned = forms.CharField(max_length=120, required=False)


class UndoForm(FloorForm):
    """A line whose last inspection is undone, or one serial number, or photo, of its units.

    `inspected`: how many units of it were as the button was shown.
    """

    line = forms.UUIDField()
    inspected = forms.IntegerField(min_value=0, max_value=MOST_UNITS, required=False)
    photo = forms.UUIDField(required=False)
    serial = forms.CharField(max_length=LONGEST_SERIAL, required=False)


class CountReturnForm(FloorForm):
    """The received units of each line; cleaned as `received`, {return line id: units}."""

    def __init__(self, *args: Any, lines: Iterable[ReturnLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.names = {f"received_{line.pk}": line.pk for line in lines}
        for line in lines:
            self.fields[f"received_{line.pk}"] = forms.IntegerField(
                min_value=0, max_value=MOST_ENTERED, label=(line.line.product or line.line).title
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        sent = self.cleaned_data
        sent["received"] = {pk: sent[name] for name, pk in self.names.items() if name in sent}
        return sent
