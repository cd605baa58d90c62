"""The form in which a seller announces goods."""

from django import forms

from orders.errors import InvalidInput
from orders.values.counts import MOST_UNITS, whole
from orders.values.form_fields import DayField
from orders.values.texts import REFERENCE, is_storable
from orders.values.unfit import Unfit
from orders.words import say, say_later
from warehouse.inbound.announcing import MOST_LINES, Announced

LONGEST_LINES = 60_000  # characters: MOST_LINES of the longest SKUs fit


class AnnounceForm(forms.Form):
    """A reference, a day, and products: one a line with its units, as cells are pasted."""

    reference = forms.CharField(label=say_later("Your reference"), max_length=REFERENCE)
    expected_on = DayField(label=say_later("Expected on"))
    warehouse = forms.CharField(required=False, max_length=12)
    lines = forms.CharField(
        label=say_later("Products"),
        max_length=LONGEST_LINES,
        widget=forms.Textarea({"rows": 8}),
    )

    def clean_lines(self) -> list[Announced]:
        """The lines; blank ones do not count. Names each line that cannot be read."""
        found, wrong = [], []
        text: str = self.cleaned_data["lines"]
        if not is_storable(text):
            raise forms.ValidationError(say("Use plain text only."))
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(_read(line))
            except Unfit as problem:
                wrong.append(say("Line {number}: {problem}.", number=number, problem=problem))
        if len(found) > MOST_LINES:
            too_many = say(
                "At most {most} products in one inbound, not {given}.",
                most=MOST_LINES,
                given=len(found),
            )
            wrong = [too_many]
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return found

    def refuse(self, refusal: InvalidInput) -> None:
        """Say at its field what the action refused, by the line as it was typed."""
        lines = self.cleaned_data.get("lines", [])
        for field, problem in refusal.problems:
            name, _, rest = field.partition("[")
            sku = lines[int(rest.partition("]")[0])].sku if rest else ""
            words = f"{sku}: {problem}." if sku else f"{problem[0].upper()}{problem[1:]}."
            self.add_error(name if name in self.fields else None, words)


def _read(line: str) -> Announced:
    """“LAMP-BRASS 12”, or with a tab, a comma or a semicolon between. Raises Unfit."""
    for mark in ("\t", ";", ","):
        if mark in line:
            sku, _, units = line.rpartition(mark)
            break
    else:
        sku, _, units = line.strip().rpartition(" ")
    if not sku.strip():
        raise Unfit(say("expected a SKU and its units, as in LAMP-BRASS 12"))
    return Announced(sku.strip(), whole(units.strip(), least=1, most=MOST_UNITS))
