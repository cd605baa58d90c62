"""Forms of uploaded files: the upload with its place, and the columns of a file."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fulfillment.dashboard.queries.imports import Place
from orders.files.formats.limits import MOST_BYTES
from orders.files.records.kinds import kind_of
from orders.models import Import
from orders.words import say, say_later

LONGEST_SHOWN = 30  # of a heading and of its example, in a list of choices
NO_COLUMN = ("", "–")


class UploadForm(forms.Form):
    """A file, and the sales channel or seller it is of."""

    file = forms.FileField(label=say_later("File"), allow_empty_file=True)
    place = forms.ChoiceField(label=say_later("For"))

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place.value: place for place in places}
        choices = self.fields["place"]
        choices.choices = [(place.value, place.label) for place in places]  # type: ignore[attr-defined]  # a ChoiceField
        if len(places) == 1:  # nothing to choose, nothing to send
            choices.required = False

    def place_of(self) -> Place:
        """The chosen one of the viewer's places."""
        return self.places[self.cleaned_data["place"] or next(iter(self.places))]

    def content(self) -> bytes:
        """The bytes; one more than are allowed where there are more."""
        content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return content


class ColumnsForm(forms.Form):
    """A choice of columns: for each field of the kind a column of the file, or none."""

    day_first = forms.ChoiceField(
        label=say_later("Dates like 03/04/2026"),
        required=False,
        choices=[
            ("1", say_later("3 April: the day is first")),
            ("0", say_later("4 March: the month is first")),
        ],
    )

    def __init__(self, *args: Any, job: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.columns = kind_of(job).columns
        choices = [NO_COLUMN, *((str(n), _shown(job, n)) for n in range(len(job.headings)))]
        for name, column in self.columns.items():
            place = job.columns.get(name)
            self.fields[name] = forms.ChoiceField(
                label=say(column.label),
                required=False,
                choices=choices,
                initial="" if place is None else str(place),
                help_text=say(column.help),
            )
        self.fields["day_first"].initial = "1" if job.day_first else "0"

    def chosen(self) -> dict[str, int]:
        """{field: place of its column}."""
        given = self.cleaned_data
        return {name: int(given[name]) for name in self.columns if given.get(name)}

    def is_day_first(self) -> bool:
        return self.cleaned_data.get("day_first") != "0"

    def groups(self) -> tuple[list[Any], list[Any]]:
        """The fields that are needed or have a column, and the others."""
        shown = [
            name
            for name, column in self.columns.items()
            if column.is_needed or self[name].value() or name in ("sku", "title")
        ]
        hidden = [name for name in self.columns if name not in shown]
        return [self._row(name) for name in shown], [self._row(name) for name in hidden]

    def _row(self, name: str) -> dict[str, Any]:
        return {"field": self[name], "is_needed": self.columns[name].is_needed}


def _shown(job: Import, place: int) -> str:
    """A heading with the first thing that stands below it."""
    heading = _cut(job.headings[place])
    below = (row[place] for row in job.sample if place < len(row) and row[place])
    example = next(below, "")
    return f"{heading}: {_cut(example)}" if example else heading


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
