"""Forms of the screens of locations: the filter, a range, one location."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from orders.values.counts import LARGEST
from orders.values.ids import id_of
from orders.words import say_later
from warehouse.documents.papers import PAPERS
from warehouse.models import Location
from warehouse.models.locations import LONGEST_ZONE
from warehouse.places.labels import SOURCES
from warehouse.places.scheme import (
    MOST_AISLES,
    MOST_BAYS,
    MOST_LEVELS,
    Scheme,
)
from warehouse.scanning.base_forms import FloorForm

LONGEST_CODE = Location._meta.get_field("code").max_length or 30
KINDS = [choice for choice in Location.Kind.choices if choice[0] != Location.Kind.TOTE]
STATES = [
    ("", "Open and closed"),
    ("open", "Open ones"),
    ("closed", "Closed ones"),
    ("waits", "Goods wait"),
]
ARROWS = [("", "No arrow"), ("up", "Upwards"), ("down", "Downwards")]
FORMATS = [("pdf", "PDF"), ("zpl", "ZPL")]
MOST_CHOSEN = 100
MOST_SKIPPED = max(paper.a_sheet for paper in PAPERS.values()) - 1
USES = [("stock", "Promised and picked"), ("waits", "Wait to be put away")]
ZONE = RegexValidator(r"\A[A-Z0-9]+\Z", say_later("letters from A to Z and digits only."))
PICKED = [("all", "Everybody"), ("zone", "Pickers of this zone, and of the whole house")]


def zone_code(text: str) -> str:
    """A zone in capitals, or "" for none. Raises ValidationError."""
    zone = text.strip().upper()
    if zone:
        ZONE(zone)
    return zone


class WholeField(forms.IntegerField):
    """A whole number; what is wrong with it is said at the field."""

    default_error_messages = {
        "required": say_later("Enter a number."),
        "invalid": say_later("Enter a whole number."),
        "min_value": say_later("At least %(limit_value)s."),
        "max_value": say_later("At most %(limit_value)s."),
    }


class FilterForm(forms.Form):
    """Which locations to list: those whose code begins so, of a kind, in a state."""

    begins = forms.CharField(max_length=LONGEST_CODE, required=False, label="Code begins with")
    zone = forms.CharField(max_length=LONGEST_ZONE, required=False, label="Zone")
    kind = forms.ChoiceField(
        choices=[("", "All kinds"), *Location.Kind.choices], required=False, label="Kind"
    )
    state = forms.ChoiceField(choices=STATES, required=False, label="State")
    after = forms.CharField(max_length=LONGEST_CODE, required=False)

    def clean_begins(self) -> str:
        begins: str = self.cleaned_data["begins"]
        return begins.upper()

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone.strip().upper()


class RangeForm(forms.Form):
    """A range of locations, and what they are."""

    zone = forms.CharField(max_length=LONGEST_ZONE, label="Zone", initial="A")
    first_aisle = WholeField(min_value=1, max_value=MOST_AISLES, label="Aisles from")
    last_aisle = WholeField(min_value=1, max_value=MOST_AISLES, label="Aisles to")
    bays = WholeField(min_value=1, max_value=MOST_BAYS, label="Bays in each aisle")
    levels = WholeField(min_value=0, max_value=MOST_LEVELS, required=False, label="Levels")
    positions = WholeField(min_value=0, max_value=MOST_LEVELS, required=False, label="Positions")
    kind = forms.ChoiceField(choices=KINDS, initial=Location.Kind.BIN, label="Kind")
    use = forms.ChoiceField(choices=USES, initial="stock", label="Goods there")
    begins_at = WholeField(
        min_value=0, max_value=LARGEST, required=False, label="Walking order from"
    )
    pickers = forms.ChoiceField(
        choices=PICKED, initial="all", required=False, label="Who picks there"
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
    walk_position = WholeField(min_value=0, max_value=LARGEST, label="Walking order")
    zone = forms.CharField(max_length=LONGEST_ZONE, required=False, label="Zone of pickers")

    def __init__(self, *args: Any, place: Location, **options: Any) -> None:
        use = "waits" if place.is_staging else "stock"
        super().__init__(*args, **options)
        self.initial = {"kind": place.kind, "use": use, "walk_position": place.walk_position}
        self.initial["zone"] = place.zone

    def clean_zone(self) -> str:
        return zone_code(self.cleaned_data["zone"])


class CloseForm(FloorForm):
    """Close a location, or open it again, as the button said."""

    closed = forms.TypedChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], coerce=lambda text: text == "yes", label="Closed"
    )


class FileForm(FloorForm):
    """A file of locations."""

    file = forms.FileField(label="File", allow_empty_file=True)


class LabelsForm(forms.Form):
    """What gets labels: of which kind, all whose code begins so or some by hand; on which paper."""

    what = forms.ChoiceField(
        choices=[(code, source.title) for code, source in SOURCES.items()], label="Labels for"
    )
    begins = forms.CharField(max_length=80, required=False, label="Code or SKU begins with")
    zone = forms.CharField(max_length=LONGEST_ZONE, required=False, label="Zone")
    paper = forms.ChoiceField(
        choices=[(paper.code, paper.title) for paper in PAPERS.values()],
        required=False,
        label="Paper",
    )
    arrow = forms.ChoiceField(choices=ARROWS, required=False, label="Arrow")
    skip = WholeField(
        min_value=0, max_value=MOST_SKIPPED, required=False, label="Labels gone from the sheet"
    )
    format = forms.ChoiceField(choices=FORMATS, required=False)

    def __init__(self, data: QueryDict) -> None:
        given = data if data.get("what") else QueryDict(f"what={next(iter(SOURCES))}")
        super().__init__(given)
        self.only = [pk for text in given.getlist("only")[:MOST_CHOSEN] if (pk := id_of(text))]

    def asked(self) -> dict[str, Any]:
        """What is chosen: `begins`, the `zone` of locations, and `only` these ids."""
        zone = self.cleaned_data.get("zone", "").strip().upper()
        return {"begins": self.cleaned_data["begins"].strip(), "zone": zone, "only": self.only}
