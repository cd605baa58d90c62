"""German, with "Sie": Mi 25. Nov, 19:00 Uhr; a month has no dot that a full stop would double."""

from notifications.languages.phrases import Phrases

PHRASES = Phrases(
    day="ccc d. LLL",
    day_of_year="ccc d. LLL y",
    opening="ccc d.",
    closing="ccc d. LLL",
    hour="HH:mm",
    on="am {day}",
    span="{first} – {last}",
    between="zwischen {first} und {last}",
    hours="{day} zwischen {starts} und {ends} Uhr",
    across_days="zwischen {starts} Uhr {first} und {ends} Uhr {last}",
    moment="{day} um {hour} Uhr",
    today="heute",
    tomorrow="morgen",
    separator=", ",
    conjunction="{first} und {last}",
    more={"one": "{count} weiterer", "other": "{count} weitere"},
    items={"other": "{count} Artikel"},
    hello="Guten Tag,",
    hello_name="Guten Tag {name},",
    you_ordered="Sie haben bestellt",
    was_ordered="Bestellt",
    ships_first="Vorrätig, wird zuerst versandt",
    in_stock="Vorrätig",
    waits_for_stock="Noch nicht vorrätig",
    waits_at_point="In der Abholstelle",
    cancelled="Storniert",
    not_cancelled="Nicht storniert",
    in_this_parcel="In diesem Paket",
    in_these_parcels={"other": "In diesen {count} Paketen"},
    still_to_come="Kommt noch, in einem weiteren Paket",
    still_to_come_when="Kommt noch, in einem weiteren Paket, voraussichtlich {when}",
    sent_before="Schon versandt, in einem anderen Paket",
    delivered_before="Schon zugestellt",
    your_return="In dieser Rücksendung",
    as_said="In dieser Rücksendung, im Zustand laut Kunde",
    reported="Gemeldet",
    in_exchange="Im Tausch",
    replacement="Ersatz",
    sent_back_to_you="Zurück an Sie",
    tracking_number="Sendungsnummer: {number}",
    shared_parcel="In einem Paket mit Bestellung {orders}",
    own_couriers="eigener Zustelldienst",
    follow="Bestellung verfolgen",
    change="Lieferung ändern",
    choose="Benachrichtigungen auswählen",
    questions="Fragen? Antworten Sie auf diese E-Mail, sie geht an {seller} ({email}).",
    sent_for="Diese E-Mail wurde für {seller} verschickt.",
    todays_deliveries="Die heutigen Zustellungen im Dashboard",
    order_in_dashboard="Bestellung im Dashboard ansehen",
    decide_in_dashboard="Im Dashboard entscheiden",
    you_get_this="Sie erhalten diese E-Mail für {seller}.",
    failures={
        "not_home": "niemand zu Hause",
        "refused": "Annahme verweigert",
        "address_wrong": "Adresse unklar",
        "damaged": "Paket beschädigt",
    },
    return_reasons={
        "too_large": "zu groß",
        "too_small": "zu klein",
        "not_as_shown": "anders als beschrieben",
        "damaged": "beschädigt angekommen",
        "wrong": "falscher Artikel",
        "changed_mind": "anders entschieden",
        "unannounced": "nicht angekündigt",
    },
    conditions={
        "unopened": "ungeöffnet",
        "as_new": "geöffnet, aber wie neu",
        "used": "gebraucht",
        "damaged": "beschädigt",
    },
    # Sentences behind a colon: they begin with a capital.
    reports={
        "missing": "etwas fehlt",
        "damaged": "es ist kaputt",
        "wrong": "es ist das falsche Produkt",
        "not_arrived": "das Paket ist nicht gekommen",
    },
    wishes={"exchange": "Umtausch gegen {goods}", "credit": "Guthaben", "refund": "Erstattung"},
    goes_back={
        "repaired": (
            "Das haben Sie mit Rücksendung {rma} zu Bestellung {order} zur "
            "Reparatur eingesandt. Es ist repariert."
        ),
        "failed": (
            "Das haben Sie mit Rücksendung {rma} zu Bestellung {order} zur "
            "Reparatur eingesandt. Es ließ sich nicht reparieren, und Sie erhalten "
            "es so zurück, wie es ist."
        ),
        "again": "Das gehört zu Ihrer Bestellung {order} und wird Ihnen noch einmal zugesandt.",
    },
    found="{count} × {title}: {what}.",
    found_late="kam an, als die Rücksendung schon abgelaufen war",
    found_kinds={
        "wrong": "gehört nicht zu dieser Rücksendung",
        "extra": "mehr als genehmigt",
        "unknown": "gehört nicht zu dieser Rücksendung",
        "missing": "war nicht im Paket",
        "empty": "das Paket war leer",
        "unannounced": "ohne Anfrage geschickt",
        "late": "wurde gefunden, nachdem der Shop entschieden hatte",
        "swapped": "nicht der Artikel, der an Sie geschickt wurde",
        "worn": "kam benutzt oder beschädigt an",
    },
    found_ends={
        "": "Der Shop entscheidet darüber.",
        "accept": "In die Rücksendung aufgenommen.",
        "keep": "Der Shop behält es.",
        "send_back": "Es wird an Sie zurückgeschickt.",
        "discard": "Es wird entsorgt.",
        "credit": "Der Shop erstattet es trotzdem.",
        "no_credit": "Es wird nicht erstattet.",
        "arrived": "Es ist doch da.",
        "free": (
            "Was Sie im Tausch bekommen haben, gehört Ihnen: Sie müssen dafür nichts bezahlen."
        ),
        "sold": (
            "Was Sie im Tausch bekommen haben, behalten Sie als Kauf: Der Shop kann Sie "
            "bitten, es zu bezahlen."
        ),
        "exchanged": (
            "Es zählt für Ihren Tausch: Sie behalten, was Sie dafür bekommen haben. Haben "
            "Sie das bezahlt, zahlt der Shop es zurück."
        ),
    },
    causes={
        "stock_late": "Die Ware kommt später als geplant in unser Lager",
        "warehouse_behind": "Unser Lager braucht mehr Zeit",
        "carrier_delay": "Der Paketdienst ist verspätet",
        "weather": "Das Wetter hält den Paketdienst auf",
        "late": "Es dauert länger als gedacht",
        "order_changed": "Zu Ihrer Bestellung sind Produkte hinzugekommen",
        "other": "Es dauert länger als gedacht",
        "held": "Ihre Bestellung war angehalten",
    },
    holds={
        "payment": "Sie muss bezahlt sein, bevor wir sie versenden können. "
        "Den Termin schreiben wir Ihnen dann.",
        "address": "Bevor wir sie versenden können, brauchen wir Ihre vollständige Lieferadresse. "
        "Den Termin schreiben wir Ihnen dann.",
        "check": "Bevor wir sie versenden können, müssen wir noch etwas klären. "
        "Den Termin schreiben wir Ihnen dann.",
        "pause": "Sie ist zurzeit angehalten. "
        "Den Termin schreiben wir Ihnen, sobald wir sie versenden können.",
        "pickup": "Sie wollten sie selbst abholen, deshalb versenden wir sie nicht.",
        "exchange": "Wir versenden sie, sobald Ihre Rücksendung angekommen und geprüft ist. Den "
        "Termin schreiben wir Ihnen dann.",
    },
)
