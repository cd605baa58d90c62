"""German."""

from fulfillment.tracking.wording.record import Acts

ACTS = Acts(
    date="EEEE, d. MMMM",
    back="Zurück zur Bestellung",
    more="Ihre Adresse und Änderungen",
    more_why=(
        "Um die Adresse zu sehen, die Lieferung zu ändern oder etwas zurückzusenden, "
        "bestätigen Sie bitte, dass Sie es sind."
    ),
    confirm="Identität bestätigen",
    verify_why=(
        "Wo das Paket ist, sieht jeder, der den Link hat. Adresse und Änderungen sind nur für Sie."
    ),
    by_code_only=(
        "Wir können Ihnen einen Code per E-Mail schicken, an die Adresse dieser Bestellung."
    ),
    no_proof=(
        "Zu dieser Bestellung gibt es weder Postleitzahl noch E-Mail-Adresse. Bitte wenden Sie "
        "sich an den Shop."
    ),
    postcode="Postleitzahl der Lieferadresse",
    go_on="Weiter",
    or_code="Oder mit einem Code per E-Mail",
    send_code="Code per E-Mail senden",
    code_sent=(
        "Wir haben einen Code an die E-Mail-Adresse dieser Bestellung geschickt. Er gilt 10 "
        "Minuten."
    ),
    code="6-stelliger Code",
    code_why=(
        "Die Postleitzahl kann jeder kennen. Dafür schicken wir Ihnen deshalb einen Code an "
        "die E-Mail-Adresse dieser Bestellung."
    ),
    code_needed=(
        "Bitte lassen Sie sich zuerst einen Code per E-Mail schicken und geben Sie ihn hier ein."
    ),
    code_impossible=(
        "Um jemanden in der Nachbarschaft oder einen sicheren Ort zu nennen, die Adresse zu "
        "ändern oder die Bestellung zu stornieren, wenden Sie sich bitte an den Shop: Zu dieser "
        "Bestellung gibt es keine E-Mail-Adresse für einen Code."
    ),
    send_code_again="Neuen Code per E-Mail senden",
    wrong_postcode="Das ist nicht die Postleitzahl dieser Bestellung.",
    wrong_code="Dieser Code ist falsch oder nicht mehr gültig.",
    locked="Zu viele Versuche. Bitte versuchen Sie es später noch einmal.",
    code_subject="{code} ist Ihr Code für Bestellung {order}",
    code_body=(
        "Ihr Code für Bestellung {order} bei {seller}:\n\n{code}\n\nEr gilt 10 Minuten. Falls "
        "Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ohne den Code kann niemand "
        "die Bestellung stornieren oder die Lieferadresse ändern."
    ),
    delivery="Lieferung",
    address="Lieferadresse",
    received_by="Angenommen von {who}",
    left_with="In der Nachbarschaft abgegeben: {who}",
    left_in="Hier abgelegt: {who}",
    tracking_number="Sendungsnummer",
    own_couriers="Unser eigener Zustelldienst",
    change="Lieferung ändern",
    nothing_now="Im Moment lässt sich nichts ändern.",
    saved="Gespeichert.",
    too_late="Dafür ist es leider zu spät.",
    still_open="Was noch möglich ist, steht unten.",
    not_in="Nicht da? Sagen Sie uns, wohin damit",
    until_time="Möglich bis {time}.",
    until_near="Möglich bis kurz vor der Zustellung.",
    until_out="Möglich, bis das Paket in der Zustellung ist.",
    out_anyway="Was gerade zugestellt wird, ist davon nicht betroffen.",
    right_address="Die richtige Adresse",
    until_again="Möglich, bis das Paket wieder unterwegs ist.",
    until_packed="Möglich, bis die Bestellung verpackt ist.",
    until_picked="Möglich, bis wir mit dem Verpacken beginnen.",
    neighbour="In der Nachbarschaft abgeben",
    safe_place="An einem sicheren Ort ablegen",
    pickup_point="In einer Abholstelle abgeben",
    pickup_sorted="Zuerst die, deren Postleitzahl Ihrer am ähnlichsten ist.",
    same_postcode="In Ihrem Postleitzahlgebiet",
    days_kept="Wird dort {days} aufbewahrt",
    who_or_where="Name und Hausnummer der Nachbarn, oder der Ort",
    note="Hinweis für den Zusteller",
    note_hint="Zum Beispiel der Eingang oder der Name an der Klingel.",
    save="Speichern",
    withdraw="Zurücknehmen",
    other_day="An einem anderen Tag liefern",
    choose_day="Tag",
    chosen="Ihre Wahl",
    not_kept="{wish} – nicht mehr möglich",
    on_day="Lieferung am {day}",
    new_address="An eine andere Adresse liefern",
    street="Straße und Hausnummer",
    post_code="Postleitzahl",
    town="Ort",
    call_off="Bestellung stornieren",
    call_off_why="Nichts aus dieser Bestellung wird versandt.",
    call_off_money=(
        "Der Shop sieht, dass Sie storniert haben. Was Sie schon bezahlt haben, erstattet "
        "nur der Shop."
    ),
    call_off_sure="Ja, die ganze Bestellung stornieren",
    needed="Bitte ausfüllen.",
    choose_one="Bitte wählen Sie eins aus.",
    too_long="Höchstens {most} Zeichen.",
    wrong_value="Bitte prüfen Sie diese Angabe.",
    error="Fehler",
    not_done="Das hat nicht geklappt:",
    find="Bestellung finden",
    find_why="Wir schicken Ihnen den Link zur Sendungsverfolgung per E-Mail.",
    number="Bestellnummer",
    email="E-Mail-Adresse",
    send_link="Link senden",
    link_sent=(
        "Falls es eine Bestellung mit dieser Nummer und E-Mail-Adresse gibt, ist der Link "
        "unterwegs zu Ihnen."
    ),
    link_subject="Bestellung {order}: Ihr Link zur Sendungsverfolgung",
    link_body=(
        "Hier verfolgen Sie Ihre Bestellung {order} bei {seller}:\n\n{link}\n\nFalls Sie das "
        "nicht angefordert haben, müssen Sie nichts tun."
    ),
    wrong_email="Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.",
    found_again="Ihr Paket ist wieder da",
    day_follows=(
        "{parcel} ist sicher bei uns. Wir schreiben Ihnen, sobald ein neuer Zustelltag feststeht."
    ),
    found_replaced=(
        "{parcel} ist sicher bei uns. Die Bestellung {order}, die es ersetzt, bleibt davon "
        "unberührt. {seller} entscheidet, ob auch dieses Paket noch zu Ihnen kommt."
    ),
    report="Problem melden",
    report_why=(
        "Fehlt etwas, ist etwas beschädigt oder falsch? Schreiben Sie dem Shop, was passiert ist."
    ),
    nothing_to_report=(
        "Im Moment gibt es nichts zu melden: Entweder ist noch kein Paket angekommen, oder der "
        "Shop weiß schon Bescheid."
    ),
    which="Welches Produkt?",
    which_parcel="Welches Paket?",
    in_parcel="Paket {number}",
    what_wrong="Was ist passiert?",
    missing="Es fehlt",
    damaged="Es ist beschädigt",
    wrong="Es ist das falsche Produkt",
    not_arrived="Das Paket ist nicht angekommen",
    how_many="Wie viele?",
    at_most="Wählen Sie eine Zahl von 1 bis {most}.",
    words="Was ist passiert? (in Ihren Worten)",
    photos="Fotos, höchstens 3",
    photos_hint="JPEG, PNG oder WebP, je bis zu 5 MB. Freiwillig.",
    wrong_photo="Eine Datei ist kein lesbares Foto oder zu groß.",
    too_many_photos="Höchstens 3 Fotos.",
    enough_photos=(
        "Zu dieser Bestellung können im Moment keine weiteren Fotos gesendet werden. "
        "Bitte wenden Sie sich an den Shop."
    ),
    already_open="Das wurde schon gemeldet. Der Shop wird antworten.",
    too_many="Das sind zu viele Meldungen an einem Tag. Bitte wenden Sie sich an den Shop.",
    send_report="An den Shop senden",
    waits_for_answer="Der Shop hat Ihre Meldung und antwortet hier.",
    answer_replacement="Der Shop schickt es noch einmal, als Bestellung {order}.",
    replacement_off=(
        "Es sollte noch einmal geschickt werden, als Bestellung {order}. Diese wurde storniert."
    ),
    whole_again="Kommt noch einmal, als Bestellung {order}",
    rest_again="Der Rest kommt noch einmal, als Bestellung {order}.",
    lost_again=(
        "{parcel} ist unterwegs verloren gegangen. Das tut uns leid: Der Inhalt "
        "kommt noch einmal, als Bestellung {order}."
    ),
    came_back_again=(
        "{parcel} konnte nicht zugestellt werden. Der Inhalt kommt noch "
        "einmal, als Bestellung {order}."
    ),
    replacement_for="Das ist der Ersatz für Bestellung {order}.",
    see_order="Zur Bestellung {order}",
    answer_refund="Der Shop erstattet den Betrag.",
    answer_return="Der Shop möchte es zurück: siehe die Rücksendung auf dieser Seite.",
    answer_words="Der Shop hat geantwortet.",
    exchange_kept=(
        "Was Sie im Tausch erhalten, hält der Shop {until} für Sie bereit, als Bestellung {order}. "
        "Sie wird versandt, sobald diese Rücksendung angekommen und geprüft ist."
    ),
    exchange_checked=(
        "Was Sie im Tausch erhalten, Bestellung {order}, wird versandt, sobald "
        "diese Rücksendung geprüft ist."
    ),
    exchange_sent="Sie erhalten im Tausch die Bestellung {order}.",
    exchange_off=(
        "Der Umtausch war als Bestellung {order} geplant. Diese Bestellung wurde storniert."
    ),
    exchange_due="Bitte senden Sie diese Rücksendung so ab, dass sie {by} da ist.",
    exchange_overdue=(
        "Diese Rücksendung ist nicht rechtzeitig angekommen. Bitte senden Sie sie jetzt ab, "
        "falls noch nicht geschehen."
    ),
    return_lapsed=(
        "Von dieser Rücksendung ist nichts rechtzeitig angekommen. Der Shop hat sie deshalb "
        "beendet. Haben Sie sie abgeschickt, wenden Sie sich bitte an den Shop. Er kann Sie "
        "bitten, zu bezahlen, was Sie behalten."
    ),
    asked_back="Der Shop bittet um Rücksendung",
    state_asked_back="Vom Shop erbeten",
    state_expired="Abgelaufen",
    return_expired=(
        "Diese Rücksendung ist abgelaufen, weil das Paket nicht bis {day} abgegeben wurde. Bitte "
        "schicken Sie nichts mehr ein. Haben Sie das Paket schon abgeschickt oder möchten Sie "
        "doch noch etwas zurückschicken, wenden Sie sich bitte an den Shop."
    ),
    return_expired_open=(
        "Diese Rücksendung ist abgelaufen, weil das Paket nicht bis {day} abgegeben wurde. Bitte "
        "schicken Sie es nicht mehr ein: Möchten Sie doch noch etwas zurückschicken, melden Sie "
        "auf dieser Seite eine neue Rücksendung an. Haben Sie das Paket schon abgeschickt, "
        "wenden Sie sich bitte an den Shop."
    ),
    hand_in_by="Bitte geben Sie Ihr Paket {by} ab.",
    hand_in_over=(
        "Abgabeschluss für diese Rücksendung war {day}. Haben Sie das Paket abgegeben, ist alles "
        "erledigt. Sonst wenden Sie sich bitte an den Shop."
    ),
    return_not_come=(
        "Diese Rücksendung ist abgelaufen, weil das Paket nicht angekommen ist. "
        "Abgabeschluss war {day}. Bitte schicken Sie nichts mehr ein. Haben Sie das Paket "
        "schon abgeschickt, melden Sie sich bitte mit dem Einlieferungsbeleg beim Shop. "
        "Möchten Sie doch noch etwas zurückschicken, wenden Sie sich bitte an den Shop."
    ),
    return_not_come_open=(
        "Diese Rücksendung ist abgelaufen, weil das Paket nicht angekommen ist. "
        "Abgabeschluss war {day}. Bitte schicken Sie es nicht mehr ein: Möchten Sie doch noch "
        "etwas zurückschicken, melden Sie auf dieser Seite eine neue Rücksendung an. Haben Sie "
        "das Paket schon abgeschickt, melden Sie sich bitte mit dem Einlieferungsbeleg beim Shop."
    ),
    hand_in_missed=(
        "Abgabeschluss für diese Rücksendung war {day}. Haben Sie das Paket schon "
        "abgeschickt, melden Sie sich bitte mit dem Einlieferungsbeleg beim Shop. Wenn "
        "nicht, fragen Sie bitte den Shop, bevor Sie es abschicken."
    ),
    came_late=(
        "Ihr Paket zur Rücksendung {number} ist angekommen, als diese schon abgelaufen war. Der "
        "Shop entscheidet, was damit geschieht, und Sie lesen es hier. Sie brauchen nichts zu "
        "tun und keine neue Rücksendung anzumelden."
    ),
    return_kept="Sie behalten alles: Sie müssen nichts zurückschicken.",
    out_of_stock="{title} ist in dieser Menge nicht mehr vorrätig. Bitte wählen Sie etwas anderes.",
    no_units="Wählen Sie, wie viele Sie zurücksenden: {title}.",
    no_exchange="So lässt sich dieses Produkt nicht umtauschen. Bitte wählen Sie etwas anderes.",
    for_it="Was möchten Sie dafür?",
    money_back="Geld zurück",
    as_credit="Guthaben im Shop",
    refund_how="Wie möchten Sie den Betrag, der erstattet wird?",
    for_return="Was möchten Sie für Ihre Rücksendung?",
    as_exchange="Umtausch",
    exchange_and_credit="Umtausch, Rest als Guthaben",
    exchange_for="Umtauschen gegen",
    not_exchanged="Kein Umtausch",
    choose_product="Bitte wählen Sie aus, was Sie im Tausch möchten.",
    wished_otherwise="Für einen Umtausch wählen Sie oben „Umtausch“, sonst hier „Kein Umtausch“.",
    as_repair="Reparatur",
    repair_alone="Was repariert wird, kommt zurück: Bitte melden Sie einen Umtausch getrennt an.",
    credit_asked="Sie möchten Guthaben im Shop.",
    refund_asked="Sie möchten das Geld zurück.",
    repair_asked="Sie haben um eine Reparatur gebeten.",
    repairing="Wir haben die Ware geprüft, sie soll repariert werden. Sie müssen nichts tun.",
    repairing_rest=(
        "Wir haben die Ware geprüft. Ein Teil davon wird noch repariert. Sie müssen nichts tun."
    ),
    repair_done="Die Ware ist repariert und kommt zu Ihnen zurück.",
    repair_failed="Die Ware ließ sich nicht reparieren und kommt so zu Ihnen zurück, wie sie ist.",
    repair_refunded="Die Ware ließ sich nicht reparieren.",
    repair_sent="Sie erhalten die Ware als Bestellung {order} zurück.",
    repair_back="Sie haben die Ware als Bestellung {order} zurückerhalten.",
    refund_rest="Die Erstattung gilt für das, was nicht zu Ihnen zurückkommt.",
    refund_owed="Der Shop erstattet diese Rücksendung.",
    refund_owed_by="Der Shop erstattet diese Rücksendung {by}.",
    refund_owed_today="Der Shop erstattet diese Rücksendung heute.",
    refund_overdue=(
        "Der Shop wollte diese Rücksendung bis {day} erstatten und hat noch nicht "
        "gemeldet, dass es geschehen ist. Fehlt Ihnen das Geld noch, wenden Sie sich "
        "bitte an den Shop."
    ),
    refund_more=(
        "Der Shop hat einen Teil dieser Rücksendung erstattet und erstattet einen weiteren Betrag."
    ),
    refund_more_by=(
        "Der Shop hat einen Teil dieser Rücksendung erstattet und erstattet einen weiteren "
        "Betrag {by}."
    ),
    refund_more_overdue=(
        "Der Shop hat einen Teil dieser Rücksendung erstattet. Einen weiteren Betrag wollte "
        "er bis {day} erstatten und hat noch nicht gemeldet, dass es geschehen ist. Fehlt er "
        "Ihnen noch, wenden Sie sich bitte an den Shop."
    ),
    refund_credit="Sie erhalten ein Guthaben.",
    refund_paid="Der Shop hat diese Rücksendung erstattet.",
    amount_refunded="Erstattet: {amount}",
    amount_owed="Noch zu erstatten: {amount}",
    return_fee=(
        "Ist an einem Produkt nichts auszusetzen, zieht der Shop für diese Rücksendung {fee} "
        "von der Erstattung ab."
    ),
    shop_pays_postage="Den Rückversand bezahlt der Shop.",
    you_pay_postage="Den Rückversand bezahlen Sie.",
    fee_deducted="Von einer Erstattung für diese Rücksendung zieht der Shop {fee} ab.",
    fee_changed=(
        "Der Shop hat geändert, was er für eine Rücksendung abzieht: Es steht unten. Bitte senden "
        "Sie das Formular noch einmal."
    ),
    exchange_prices=(
        "Ein Betrag hinter einem Produkt sagt, was ein Stück mehr (+) oder weniger (−) "
        "kostet als Ihres. Was es mehr kostet, verlangt der Shop von Ihnen vor dem Versand;"
        " was es weniger kostet, erstattet er, sobald Ihre Rücksendung geprüft ist. Ohne "
        "Betrag wird gleich gegen gleich getauscht."
    ),
    exchange_even=(
        "Getauscht wird gleich gegen gleich: Dafür wird nichts verlangt und nichts erstattet."
    ),
    price_changed=(
        "Der Preis des gewählten Produkts hat sich geändert: Er steht beim Produkt. Bitte "
        "senden Sie das Formular noch einmal."
    ),
    surcharge_open=(
        "Bestellung {order} kostet mehr als das, was Sie zurücksenden. Vor dem Versand "
        "entscheidet der Shop, ob er die Differenz von Ihnen verlangt."
    ),
    surcharge_asked=(
        "Bestellung {order} kostet mehr als das, was Sie zurücksenden. Vor dem Versand "
        "verlangt der Shop von Ihnen die Differenz."
    ),
    step_handed_in="Abgegeben",
    pack_labelled="Bitte packen Sie alles ein. Auf das Paket brauchen Sie nichts zu schreiben.",
    wait_for_label="Bitte packen Sie alles ein und warten Sie auf das Rücksendeetikett.",
    label_coming="Ihr Rücksendeetikett wird gerade erstellt. Sie finden es dann auf dieser Seite.",
    label_locked=(
        "Was Sie zum Zurücksenden brauchen, liegt bereit. Bestätigen Sie, dass Sie es sind, "
        "um es zu sehen."
    ),
    label_failed=(
        "Für diese Rücksendung gibt es kein Etikett. Bitte senden Sie das Paket selbst an "
        "die Adresse oben."
    ),
    print_label="Rücksendeetikett drucken",
    label_how=(
        "Drucken Sie das Etikett, kleben Sie es auf das Paket und geben Sie das Paket bei "
        "{carrier} ab."
    ),
    code_how="Zeigen Sie diesen Code bei {carrier}: Dort druckt man das Etikett für Sie.",
    code_or=(
        "Kein Drucker? Zeigen Sie diesen Code bei {carrier}: Dort druckt man das Etikett für Sie."
    ),
    code_own=(
        "Sie können das Paket auch selbst an diese Adresse bringen. Zeigen Sie dort diesen "
        "Code: Sie müssen nichts drucken."
    ),
    code_alt="QR-Code zum Abgeben des Pakets",
    handed_in_when="Abgegeben: {when}",
    in_transit_when="Unterwegs seit: {when}",
    arrived_when="Im Lager zugestellt: {when}",
    under_way="Ihr Paket ist auf dem Rückweg. Sie brauchen nichts zu tun.",
    label_given=(
        "Sobald die Rücksendung genehmigt ist, erhalten Sie ein Etikett von {carrier} zum "
        "Ausdrucken."
    ),
    code_given=(
        "Sobald die Rücksendung genehmigt ist, erhalten Sie einen QR-Code. Zeigen Sie ihn "
        "bei {carrier}, dort druckt man das Etikett für Sie."
    ),
    both_given=(
        "Sobald die Rücksendung genehmigt ist, erhalten Sie ein Etikett von {carrier} zum "
        "Ausdrucken oder einen QR-Code, mit dem man es dort für Sie druckt."
    ),
    own_given=(
        "Sobald die Rücksendung genehmigt ist, erhalten Sie einen QR-Code. Damit können Sie "
        "das Paket auch selbst zu uns bringen."
    ),
    condition="In welchem Zustand ist es?",
    choose="Bitte wählen",
    is_unopened="Ungeöffnet",
    is_as_new="Geöffnet, aber wie neu",
    is_used="Gebraucht",
    is_damaged="Beschädigt",
    condition_needed="Bitte wählen Sie, in welchem Zustand es ist.",
    needs_photo="Bitte mit Foto.",
    needs_words="Bitte mit ein paar Worten von Ihnen.",
    photo_needed="Für diesen Grund ist ein Foto nötig. Bitte fügen Sie eines hinzu.",
    photo_unasked="Zu diesem Grund gehört kein Foto. Bitte senden Sie das Formular ohne Foto.",
    comment_needed=(
        "Für diesen Grund sind ein paar Worte nötig. Bitte schreiben Sie, was nicht stimmt."
    ),
    photo_files="JPEG, PNG oder WebP, je bis zu 5 MB.",
    photos_again="Bitte wählen Sie Ihre Fotos noch einmal aus: Sie wurden nicht gespeichert.",
)
