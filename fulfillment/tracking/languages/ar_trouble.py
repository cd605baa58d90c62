"""Arabic: why a parcel did not arrive, and what becomes of it."""

OVER = {
    "cancelled": "أُلغي طلبك",
    "nothing_to_ship": "لا يتضمن هذا الطلب ما يُشحن",
    "undelivered": "تعذر توصيل طلبك",
}
FAILURES = {
    "not_home": "لم نجد أحدًا في العنوان. {parcel} محفوظ لدينا. سنراسلك فور تحديد يوم جديد للتوصيل.",
    "refused": "رُفض استلام {parcel} وسيعود إلى {seller}. إن كان ذلك خطأً فتواصل معنا.",
    "address_wrong": "لم نعثر على العنوان. نرجو تصحيحه في هذه الصفحة أو إرسال "
    "العنوان الصحيح إلينا: سيبقى {parcel} لدينا حتى ذلك الحين.",
    "corrected": "لم نعثر على العنوان، وأصبح لدينا العنوان الجديد. {parcel} محفوظ لدينا. "
    "سنراسلك فور تحديد يوم جديد للتوصيل.",
    "damaged": "تعرض {parcel} للتلف أثناء النقل ولن يُسلّم. "
    "نعتذر عن ذلك: سيقرر {seller} الخطوة التالية ويتواصل معك.",
}
TROUBLE = {
    "lost": "{parcel}: فُقد أثناء النقل. نعتذر عن ذلك: سيقرر {seller} الخطوة التالية ويتواصل معك.",
    "damaged": "{parcel}: تعرض للتلف أثناء النقل. نعتذر عن ذلك وسنجد حلًا.",
    "returning": "{parcel}: تعذر توصيله وهو في طريق العودة إلى {seller}.",
    "returned": "{parcel}: تعذر توصيله وأُعيد إلى {seller}.",
    "returning_not_collected": "{parcel}: لم يُستلم وهو في طريق العودة إلى {seller}.",
    "returning_refused": "{parcel}: رُفض عند الباب وهو في طريق العودة إلى {seller}.",
    "returning_damaged": "{parcel}: تعرض للتلف أثناء النقل وهو في طريق العودة إلى {seller}.",
    "returned_not_collected": "{parcel}: لم يُستلم وأُعيد إلى {seller}.",
    "returned_refused": "{parcel}: رُفض عند الباب وأُعيد إلى {seller}.",
    "returned_damaged": "{parcel}: تعرض للتلف أثناء النقل وأُعيد إلى {seller}.",
}
