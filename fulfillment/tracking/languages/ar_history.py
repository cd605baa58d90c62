"""Arabic: what the history of an order says of each event."""

from fulfillment.tracking.languages.page_words import ByCode

EVENTS: ByCode = {
    "order.received": "استلمنا الطلب",
    "order.cancelled": "أُلغي الطلب",
    "order.lines_cancelled": "أُلغي جزء من الطلب",
    "shipment.packed": "تم التغليف",
    "shipment.ready": "جاهز للشحن",
    "shipment.handed_over": "غادر مستودعنا",
    "package.in_transit": "في الطريق",
    "package.out_for_delivery": "خرج للتوصيل",
    "package.attempt_failed": "تعذر التوصيل",
    "package.at_pickup_point": "في نقطة الاستلام",
    "package.delivered": "تم التسليم",
    "package.returning": "في طريق العودة إلى {seller}",
    "package.returned": "عاد إلينا",
    "package.lost": "فُقد أثناء النقل",
    "package.found": "عُثر عليه مجددًا",
    "package.damaged": "تعرض للتلف أثناء النقل",
    "return.requested": "طُلب الإرجاع",
    "return.approved": "قُبل الإرجاع",
    "return.refused": "رُفض الإرجاع",
    "return.received": "وصل الطرد المرتجع",
    "return.handed_in": "تم تسليم طرد الإرجاع",
    "return.repairing": "بانتظار الإصلاح",
    "return.closed": "اكتمل الإرجاع",
    "return.cancelled": "أُلغي الإرجاع",
    "return.expired": "انتهت مهلة الإرجاع",
    "promise.given": "حُدد الموعد",
    "promise.withdrawn": "سُحب الموعد",
    "promise.moved": "موعد جديد",
}
