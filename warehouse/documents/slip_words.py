"""The words of a packing slip, in the languages in which customers get messages."""

from typing import NamedTuple

# Isolates keep the characters of a number or a title in their order in a text from right to left.
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset(["ar"])


class SlipWords(NamedTuple):
    """Words of a slip; names in braces are filled in."""

    title: str
    gift: str
    address: str
    inside: str
    separate: str
    quantity: str
    product: str
    sku: str
    serials: str
    page: str
    question: str
    order: str
    ordered_on: str
    shipment: str
    box: str
    box_of: str
    in_another_box: str
    on_its_way: str
    follows: str


SLIP_WORDS = {
    "en": SlipWords(
        title="Packing slip",
        gift="A gift for you",
        address="Sent to",
        inside="In this box",
        separate="Comes separately",
        quantity="Quantity",
        product="Product",
        sku="SKU",
        serials="Serial no. {numbers}",
        page="Page",
        question="Something wrong or missing? Write to {email}.",
        order="Order",
        ordered_on="Ordered on",
        shipment="Shipment",
        box="Box",
        box_of="{place} of {total}",
        in_another_box="In another box of this shipment",
        on_its_way="Already on its way",
        follows="Follows later",
    ),
    "de": SlipWords(
        title="Lieferschein",
        gift="Ein Geschenk für Sie",
        address="Lieferadresse",
        inside="In diesem Paket",
        separate="Kommt getrennt",
        quantity="Menge",
        product="Artikel",
        sku="Artikelnummer",
        serials="Seriennr. {numbers}",
        page="Seite",
        question="Etwas fehlt oder stimmt nicht? Schreiben Sie an {email}.",
        order="Bestellung",
        ordered_on="Bestellt am",
        shipment="Sendung",
        box="Paket",
        box_of="{place} von {total}",
        in_another_box="In einem anderen Paket dieser Sendung",
        on_its_way="Schon unterwegs",
        follows="Folgt später",
    ),
    "fr": SlipWords(
        title="Bon de livraison",
        gift="Un cadeau pour vous",
        address="Adresse de livraison",
        inside="Dans ce colis",
        separate="Envoyé séparément",
        quantity="Quantité",
        product="Article",
        sku="Référence",
        serials="N°\u00a0de série\u00a0: {numbers}",
        page="Page",
        question="Une erreur ou un article manquant\u00a0? Écrivez à {email}.",
        order="Commande",
        ordered_on="Commandé le",
        shipment="Expédition",
        box="Colis",
        box_of="{place} sur {total}",
        in_another_box="Dans un autre colis de cette expédition",
        on_its_way="Déjà en route",
        follows="Suivra plus tard",
    ),
    "es": SlipWords(
        title="Albarán de entrega",
        gift="Un regalo para usted",
        address="Dirección de entrega",
        inside="En esta caja",
        separate="Llega por separado",
        quantity="Cantidad",
        product="Artículo",
        sku="Referencia",
        serials="N.º de serie: {numbers}",
        page="Página",
        question="¿Falta algo o hay algún error? Escriba a {email}.",
        order="Pedido",
        ordered_on="Fecha del pedido",
        shipment="Envío",
        box="Caja",
        box_of="{place} de {total}",
        in_another_box="En otra caja de este envío",
        on_its_way="Ya en camino",
        follows="Llegará después",
    ),
    "ar": SlipWords(
        title="قائمة محتويات الطرد",
        gift="هدية لك",
        address="عنوان التسليم",
        inside="في هذا الطرد",
        separate="يصل منفصلًا",
        quantity="الكمية",
        product="المنتج",
        sku="رمز المنتج",
        serials="الرقم التسلسلي: {numbers}",
        page="صفحة",
        question="هل هناك خطأ أو نقص؟ راسلنا على {email}.",
        order="الطلب",
        ordered_on="تاريخ الطلب",
        shipment="الشحنة",
        box="الطرد",
        box_of="{place} من {total}",
        in_another_box="في طرد آخر من هذه الشحنة",
        on_its_way="في الطريق إليك",
        follows="يُرسل لاحقًا",
    ),
    "ja": SlipWords(
        title="納品書",
        gift="ギフトをお届けします",
        address="お届け先",
        inside="この箱の内容",
        separate="別送の商品",
        quantity="数量",
        product="商品名",
        sku="商品コード",
        serials="シリアル番号：{numbers}",
        page="ページ",
        question="不足や誤りがございましたら、{email} までご連絡ください。",
        order="ご注文番号",
        ordered_on="ご注文日",
        shipment="出荷番号",
        box="箱",
        box_of="{total}箱中{place}箱目",
        in_another_box="この出荷の別の箱",
        on_its_way="発送済み",
        follows="後日発送",
    ),
}


def language_of(tag: str) -> str:
    """Map a language tag such as `de-AT` to a language that we have, else English."""
    base = tag.replace("_", "-").split("-")[0].lower()
    return base if base in SLIP_WORDS else "en"


def isolated(text: str, language: str) -> str:
    """A number, title or name as it is written, also in a slip from right to left."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if language in RIGHT_TO_LEFT and text else text
