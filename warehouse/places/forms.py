"""Forms of the screens of locations: the filter, a range, one location."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from orders.values.counts import LARGEST
from warehouse.models import Location
from warehouse.places.scheme import (
    LONGEST_ZONE,
    MOST_AISLES,
    MOST_BAYS,
    MOST_LEVELS,
    Scheme,
)
from warehouse.scanning.base_forms import FloorForm

LONGEST_CODE = Location._meta.get_field("code").max_length or 30
KINDS = [choice for choice in Location.Kind.choices if choice[0] != Location.Kind.TOTE]
STATES = [("", "Open and closed"), ("open", "Open"), ("closed", "Closed"), ("waits", "Goods wait")]
USES = [("stock", "Promised and picked"), ("waits", "Wait to be put away")]
ZONE = RegexValidator(r"\A[A-Z0-9]+\Z", "letters from A to Z and digits only.")


class FilterForm(forms.Form):
    """Which locations to list: those whose code begins so, of a kind, in a state."""

    begins = forms.CharField(max_length=LONGEST_CODE, required=False, label="Code begins with")
    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *Location.Kind.choices], required=False, label="Kind"
    )
    state = forms.ChoiceField(choices=STATES, required=False, label="State")
    after = forms.CharField(max_length=LONGEST_CODE, required=False)

    def clean_begins(self) -> str:
        begins: str = self.cleaned_data["begins"]
        return begins.upper()


class RangeForm(forms.Form):
    """A range of locations, and what they are."""

    zone = forms.CharField(max_length=LONGEST_ZONE, label="Zone", initial="A")
    first_aisle = forms.IntegerField(min_value=1, max_value=MOST_AISLES, label="Aisles from")
    last_aisle = forms.IntegerField(min_value=1, max_value=MOST_AISLES, label="to")
    bays = forms.IntegerField(min_value=1, max_value=MOST_BAYS, label="Bays in each aisle")
    levels = forms.IntegerField(
        min_value=0, max_value=MOST_LEVELS, required=False, label="Levels of a bay"
    )
    positions = forms.IntegerField(
        min_value=0, max_value=MOST_LEVELS, required=False, label="Positions on a level"
    )
    kind = forms.ChoiceField(choices=KINDS, initial=Location.Kind.BIN, label="Kind")
    use = forms.ChoiceField(choices=USES, initial="stock", label="Goods there")
    begins_at = forms.IntegerField(
        min_value=0, max_value=LARGEST, required=False, label="Walking order from"
    )

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].upper()
        ZONE(zone)
        return zone

    def scheme(self, begins_at: int) -> Scheme:
        """The range; `begins_at` where the form says nothing of the walk."""
        sent = self.cleaned_data
        given = sent["begins_at"]
        return Scheme(
            zone=sent["zone"],
            first_aisle=sent["first_aisle"],
            last_aisle=sent["last_aisle"],
            bays=sent["bays"],
            levels=sent["levels"] or 0,
            positions=sent["positions"] or 0,
            begins_at=begins_at if given is None else given,
        )


class MakeForm(RangeForm, FloorForm):
    """The same, to be made."""


class PlaceForm(FloorForm):
    """What a location is, and where it is on the walk."""

    kind = forms.ChoiceField(choices=KINDS, label="Kind")
    use = forms.ChoiceField(choices=USES, label="Goods there")
    walk_position = forms.IntegerField(min_value=0, max_value=LARGEST, label="Walking order")

    def __init__(self, *args: Any, place: Location, **options: Any) -> None:
        use = "waits" if place.is_staging else "stock"
        initial = {"kind": place.kind, "use": use, "walk_position": place.walk_position}
        super().__init__(*args, initial=initial, **options)


class CloseForm(FloorForm):
    """Close a location, or open it again, as the button said."""

    closed = forms.TypedChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], coerce=lambda text: text == "yes", label="Closed"
    )
