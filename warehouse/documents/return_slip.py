"""The slip of an approved return, which the customer prints: one part on the parcel, one inside."""

from typing import Any, NamedTuple

from orders.models import Return
from orders.returns.buildings import address_of
from warehouse.documents.addresses import PostalAddress
from warehouse.documents.rendering import Format, code_128, render
from warehouse.documents.slip import LETTER_COUNTRIES
from warehouse.documents.slip_words import SLIP_WORDS, isolated, language_of

MOST_LISTED = 20  # lines: what is on one page; the scanner shows them all


class ReturnSlipWords(NamedTuple):
    """Words of a return slip."""

    title: str
    outside: str
    inside: str
    number: str


WORDS = {
    "en": ReturnSlipWords(
        title="Return",
        outside="Stick this part on the parcel, and cross out the old label.",
        inside="Cut here, and put this part into the parcel.",
        number="Return number",
    ),
    "de": ReturnSlipWords(
        title="Rücksendung",
        outside="Kleben Sie diesen Teil auf das Paket, und streichen Sie das alte Etikett durch.",
        inside="Schneiden Sie hier, und legen Sie diesen Teil ins Paket.",
        number="Rücksendenummer",
    ),
    "fr": ReturnSlipWords(
        title="Retour",
        outside="Collez cette partie sur le colis et barrez l’ancienne étiquette.",
        inside="Découpez ici et mettez cette partie dans le colis.",
        number="Numéro de retour",
    ),
    "es": ReturnSlipWords(
        title="Devolución",
        outside="Pegue esta parte en el paquete y tache la etiqueta anterior.",
        inside="Corte por aquí y meta esta parte en el paquete.",
        number="Número de devolución",
    ),
    "ar": ReturnSlipWords(
        title="إرجاع",
        outside="ألصق هذا الجزء على الطرد واشطب الملصق القديم.",
        inside="قص من هنا وضع هذا الجزء داخل الطرد.",
        number="رقم الإرجاع",
    ),
    "ja": ReturnSlipWords(
        title="返品",
        outside="この部分を荷物に貼り、古いラベルに線を引いて消してください。",
        inside="ここで切り取り、この部分を荷物の中に入れてください。",
        number="返品番号",
    ),
}


def return_slip(coming: Return, language: str, *, file_format: Format = "pdf") -> bytes:
    """The slip of a return in a language; it says nothing of the sender."""
    return render("return_slip", _data(coming, language_of(language)), file_format=file_format)


def _data(coming: Return, language: str) -> dict[str, Any]:
    order, shared, words = coming.order, SLIP_WORDS[language], WORDS[language]
    house = address_of(coming)
    address = PostalAddress.of_warehouse(house, order.seller.name, house.name)
    lines = [*address.names, *address.lines(seen_from=order.country)]
    return {
        "paper": "us-letter" if order.country in LETTER_COUNTRIES else "a4",
        "language": language,
        "words": words._asdict() | {"quantity": shared.quantity, "product": shared.product},
        "address": [isolated(line, language) for line in lines],
        "number": isolated(coming.number, language),
        "order": [shared.order, isolated(order.number, language)],
        "barcode": code_128(coming.number),
        "lines": _lines(coming, language),
    }


def _lines(coming: Return, language: str) -> list[dict[str, str]]:
    """What is announced; of a gift only how much, as on the page."""
    rows = list(coming.lines.filter(requested__gt=0).select_related("line").order_by("pk"))
    if coming.order.is_gift:
        return [{"quantity": str(sum(row.requested for row in rows)), "title": "…"}]
    listed = [
        {"quantity": str(row.requested), "title": isolated(row.line.title, language)}
        for row in rows[:MOST_LISTED]
    ]
    rest = sum(row.requested for row in rows[MOST_LISTED:])
    return [*listed, {"quantity": str(rest), "title": "…"}] if rest else listed
