"""The form by which a customer requests a return: units, reason, photos, wishes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.text import capfirst

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.languages.filling import filled
from fulfillment.tracking.mistakes import Mistake
from fulfillment.tracking.queries import TrackedLine
from fulfillment.tracking.wording import acts_in
from fulfillment.tracking.wording.record import Acts
from notifications.languages import phrases, spoken
from orders.catalogue.pictures import MOST_BYTES, drawn_again
from orders.errors import InvalidInput
from orders.models import Product
from orders.returns.asked.conditions import Condition
from orders.returns.photos import MOST_PHOTOS, Drawn
from orders.returns.reasons import Asks, Choice
from orders.returns.terms import BOTH, CREDIT, EXCHANGE, REPAIR

UNITS, WANTED, STATE = "units-", "for-", "state-"
NOTHING = "nothing"  # is chosen
LONGEST_MENU = 50
LONGEST_COMMENT = 500


class Terms(NamedTuple):
    """What the seller offers, and asks for."""

    reasons: Sequence[Choice]
    postage: Mapping[str, str]  # who pays the way back, in words, by the meaning of a reason
    wishes: Sequence[str] = ()  # what customers may have instead of money, CREDIT or REPAIR
    asks_condition: bool = False


class Row(NamedTuple):
    """A product on the form: how many there are, and its fields."""

    line: TrackedLine
    left: int
    units: forms.BoundField
    state: forms.BoundField | None
    wish: forms.BoundField | None


class ReturnForm(forms.Form):
    """How many of each delivered product come back, why, and what the customer wants for them.

    `offered`: the products that each line may be exchanged for, each with what it costs more or
    less, in words, None where it is out of stock; a line of none gets money.
    """

    def __init__(
        self,
        *args: Any,
        lines: list[tuple[TrackedLine, int]],
        terms: Terms,
        language: str,
        offered: Mapping[UUID, Sequence[tuple[Product, str | None]]] | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.problems = page_words(language).return_errors
        self.say, self.choices, self.postage = acts_in(language), terms.reasons, terms.postage
        self.fields["reason"] = _reason_field(language, terms.reasons)
        self.fields["comment"] = _comment_field(self.problems)
        # Several files: Django's field reads one, `drawn` reads them all.
        self.fields["photos"] = forms.FileField(required=False, allow_empty_file=True)
        self.drawn: list[Drawn] = []
        self.has_repair = REPAIR in terms.wishes
        self.rows: list[Row] = []
        for line, left in lines:
            name = f"{UNITS}{line.id}"
            initial = left if len(lines) == 1 and left == 1 else 0
            self.fields[name] = _units_field(left, initial, self.problems)
            wish = None
            exchanged = (offered or {}).get(line.id, ())
            products = [(one, gap) for one, gap in exchanged if gap is not None]
            # What was offered may be gone since: that is said, and no wish for money.
            if products or self.data.get(f"{WANTED}{line.id}"):
                told = self._why_not_had([one for one, _ in exchanged], line.id, language)
                without = self.say.not_exchanged if terms.wishes else self.say.money_back
                self.fields[f"{WANTED}{line.id}"] = _wanted_field(products, without, told)
                wish = self[f"{WANTED}{line.id}"]
            state = None
            if terms.asks_condition:
                self.fields[f"{STATE}{line.id}"] = _state_field(self.say)
                state = self[f"{STATE}{line.id}"]
            self.rows.append(Row(line, left, self[name], state, wish))
        # Then one question asks for all: an exchange is an answer, and each line has a menu for it.
        self.asks_once = bool(terms.wishes) and any(row.wish for row in self.rows)
        if terms.wishes:
            self.fields["wish"] = _wish_field(terms.wishes, language, exchanges=self.asks_once)

    def _why_not_had(self, products: Iterable[Product], line: UUID, language: str) -> str:
        """What is said of a wish that is not offered: sold out meanwhile, or never exchanged."""
        wanted = self.data.get(f"{WANTED}{line}")
        gone = next((one.title for one in products if str(one.pk) == wanted), None)
        if gone is None:
            return self.say.no_exchange
        return filled(self.say.out_of_stock, language, title=gone)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_readable = not any(name.startswith(UNITS) for name in self.errors)
        if is_readable and not any(self.units.values()):
            raise forms.ValidationError(self.problems["nothing"], code=NOTHING)
        if "photos" not in self.errors:
            self._draw()
        self._name_missing(cleaned)
        self._ask_conditions(cleaned)
        if self.asks_once and "wish" in cleaned:
            self._compare_wishes(cleaned)
        return cleaned

    def _name_missing(self, cleaned: Mapping[str, Any]) -> None:
        """Say at once what the reason asks for: not only when all else is right."""
        chosen = next((one for one in self.choices if one.key == cleaned.get("reason")), None)
        if chosen is None:
            return
        if chosen.photo == Asks.MUST and not self.drawn and "photos" not in self.errors:
            self.add_error("photos", self.say.photo_needed)
        if chosen.comment == Asks.MUST and cleaned.get("comment") == "":
            self.add_error("comment", self.say.comment_needed)

    def _ask_conditions(self, cleaned: Mapping[str, Any]) -> None:
        """Of what comes back, and of nothing else."""
        for row in self.rows:
            name = f"{STATE}{row.line.id}"
            if row.state and cleaned.get(f"{UNITS}{row.line.id}") and cleaned.get(name) == "":
                self.add_error(name, self.say.condition_needed)

    def _compare_wishes(self, cleaned: Mapping[str, Any]) -> None:
        """An exchange has its product, and nothing else has one; where not, it is said there."""
        fields = {row.line.id: f"{WANTED}{row.line.id}" for row in self.rows if row.wish}
        chosen = [name for name in fields.values() if cleaned.get(name)]
        if cleaned["wish"] not in (EXCHANGE, BOTH):
            for name in chosen:
                self.add_error(name, self.say.wished_otherwise)
        elif not chosen and not any(name in self.errors for name in fields.values()):
            coming = [name for pk, name in fields.items() if cleaned.get(f"{UNITS}{pk}")]
            at, told = (
                (coming[0], self.say.choose_product) if coming else ("wish", self.say.no_exchange)
            )
            self.add_error(at, told)

    def _draw(self) -> None:
        """Draw the photos that were sent again; what is none is said at the field."""
        sent = [file for file in self.files.getlist("photos") if file.size]
        if len(sent) > MOST_PHOTOS:
            self.add_error("photos", self.say.too_many_photos)
            return
        try:
            if any((file.size or 0) > MOST_BYTES for file in sent):
                raise InvalidInput([])
            self.drawn = [drawn_again(file.read()) for file in sent]
        except InvalidInput:
            self.add_error("photos", self.say.wrong_photo)

    def reasons(self) -> list[tuple[Any, list[str]]]:
        """Each reason, with what it asks for, and who pays the way back where that is said."""
        return [
            (radio, self._notes(choice))
            for radio, choice in zip(self["reason"], self.choices, strict=True)
        ]

    def _notes(self, choice: Choice) -> list[str]:
        notes = (
            self.say.needs_photo if choice.photo == Asks.MUST else "",
            self.say.needs_words if choice.comment == Asks.MUST else "",
            self.postage.get(choice.meaning, ""),
        )
        return [note for note in notes if note]

    @property
    def asks_photo(self) -> bool:
        """Whether a photo goes with at least one of the reasons."""
        return any(choice.photo != Asks.NEVER for choice in self.choices)

    @property
    def asks_words(self) -> bool:
        """Whether words go with at least one of the reasons."""
        return any(choice.comment != Asks.NEVER for choice in self.choices)

    @property
    def needs_words(self) -> bool:
        """Whether one of the reasons asks for words: then the field is not just optional."""
        return any(choice.comment == Asks.MUST for choice in self.choices)

    @property
    def nothing_chosen(self) -> str:
        """That no units are chosen, where that is so: said at the first field for them."""
        return self.problems["nothing"] if self.has_error("__all__", NOTHING) else ""

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong, in the order of the page: first what is of no field."""
        first = self.rows[0].units.id_for_label if self.rows else ""
        of_none = self.non_field_errors()
        nothing = self.nothing_chosen
        told = [Mistake(str(text)) for text in of_none if text != nothing]
        wishes = _at(self, "wish")
        told += wishes if self.asks_once else []
        told += [Mistake(nothing, first)] if nothing else []
        for row in self.rows:
            for field in filter(None, (row.units, row.state, row.wish)):
                title = row.line.title
                told += [Mistake(str(text), field.id_for_label, title) for text in field.errors]
        told += _at(self, "reason", "id_reason_0")
        told += [] if self.asks_once else wishes
        return told + _at(self, "comment", "id_comment") + _at(self, "photos", "photos")

    @property
    def lost_photos(self) -> bool:
        """Whether photos were sent with what is refused: no browser sends them again by itself."""
        return bool(self.errors) and "photos" not in self.errors and "photos" in self.files

    @property
    def units(self) -> dict[UUID, int]:
        """{order line id: units} as chosen."""
        lines = [row.line.id for row in self.rows]
        return {pk: self.cleaned_data.get(f"{UNITS}{pk}") or 0 for pk in lines}

    @property
    def wished(self) -> str:
        """What is wanted for what is not exchanged; which products for the rest is `wanted`."""
        chosen: str = self.cleaned_data.get("wish", "")
        return {EXCHANGE: "", BOTH: CREDIT}.get(chosen, chosen)

    @property
    def conditions(self) -> dict[UUID, str]:
        """{order line id: in which condition it is}, of what comes back."""
        lines = [pk for pk, number in self.units.items() if number]
        chosen = {pk: self.cleaned_data.get(f"{STATE}{pk}") for pk in lines}
        return {pk: condition for pk, condition in chosen.items() if condition}

    @property
    def wanted(self) -> dict[UUID, UUID]:
        """{order line id: product id}, where it is to be exchanged."""
        lines = [row.line.id for row in self.rows]
        chosen = {pk: self.cleaned_data.get(f"{WANTED}{pk}") for pk in lines}
        return {pk: UUID(product) for pk, product in chosen.items() if product}


def _at(form: forms.Form, name: str, at: str = "") -> list[Mistake]:
    """What is wrong with a field, if the form has it; `at`: its id, where that is not the usual."""
    texts: Iterable[object] = form.errors.get(name, ())
    return [Mistake(str(text), at or form[name].id_for_label) for text in texts]


def _reason_field(language: str, offered: Iterable[Choice]) -> forms.Field:
    problems, reasons = page_words(language).return_errors, phrases(language).return_reasons
    spoken_in = spoken(language)
    said = [(one, one.words.get(spoken_in) or capfirst(reasons[one.meaning])) for one in offered]
    return forms.ChoiceField(
        choices=[(choice.key, words) for choice, words in said],
        widget=forms.RadioSelect,
        error_messages={
            "required": problems["no_reason"],
            "invalid_choice": problems["no_such_reason"],
        },
    )


def _wish_field(wishes: Sequence[str], language: str, *, exchanges: bool) -> forms.Field:
    """Money, or store credit; another product; or that it is repaired, and comes back."""
    say = acts_in(language)
    offered = [wish for wish in (CREDIT, REPAIR) if wish in wishes]
    if exchanges:
        offered[:0] = [EXCHANGE, BOTH] if CREDIT in wishes else [EXCHANGE]
    labels = {
        EXCHANGE: say.as_exchange,
        BOTH: say.exchange_and_credit,
        CREDIT: say.as_credit,
        REPAIR: say.as_repair,
    }
    return forms.ChoiceField(
        choices=[("", say.money_back), *((wish, labels[wish]) for wish in offered)],
        required=False,
        error_messages={"invalid_choice": say.choose_one},
    )


def _comment_field(problems: Mapping[str, str]) -> forms.Field:
    return forms.CharField(
        max_length=LONGEST_COMMENT,
        required=False,
        strip=True,
        error_messages={
            "max_length": problems["long"].format(count=LONGEST_COMMENT),
            "null_characters_not_allowed": problems["characters"],
        },
    )


def _state_field(say: Acts) -> forms.Field:
    """In which condition a product is, as its customer says; nothing is chosen beforehand."""
    labels = {
        Condition.UNOPENED: say.is_unopened,
        Condition.AS_NEW: say.is_as_new,
        Condition.USED: say.is_used,
        Condition.DAMAGED: say.is_damaged,
    }
    return forms.ChoiceField(
        choices=[("", say.choose), *((one.value, labels[one]) for one in Condition)],
        required=False,
        error_messages={"invalid_choice": say.condition_needed},
    )


def _wanted_field(products: Sequence[tuple[Product, str]], without: str, told: str) -> forms.Field:
    """One of these products, with what it costs more or less, or none, which is called `without`.

    `told`: why not another.
    """
    titles = [(str(one.pk), f"{one.title} ({gap})" if gap else one.title) for one, gap in products]
    return forms.ChoiceField(
        choices=[("", without), *titles],
        required=False,
        error_messages={"invalid_choice": told},
    )


def _units_field(most: int, initial: int, problems: Mapping[str, str]) -> forms.Field:
    """A menu, as long as a person can look through it; else a number to type."""
    problem = problems["most"].format(count=most)
    if most > LONGEST_MENU:
        told = {"max_value": problem, "min_value": problem, "invalid": problems["number"]}
        return forms.IntegerField(
            min_value=0, max_value=most, required=False, initial=initial, error_messages=told
        )
    return forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(most + 1)],
        coerce=int,
        required=False,
        initial=initial,
        error_messages={"invalid_choice": problem},
    )
