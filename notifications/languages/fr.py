"""French, with "vous": mer. 25 novembre, 19h00. Whole months: no dot that a full stop doubles."""

from notifications.languages.phrases import Phrases

PHRASES = Phrases(
    day="EEE d MMMM",
    day_of_year="EEE d MMMM y",
    opening="EEE d",
    closing="EEE d MMMM",
    hour="H'h'mm",
    on="le {day}",
    span="{first} – {last}",
    between="entre le {first} et le {last}",
    hours="{day} entre {starts} et {ends}",
    across_days="entre {first} à {starts} et {last} à {ends}",
    moment="{day} à {hour}",
    today="aujourd’hui",
    tomorrow="demain",
    separator=", ",
    conjunction="{first} et {last}",
    more={"one": "{count} autre", "other": "{count} autres"},
    items={"one": "{count} article", "other": "{count} articles"},
    hello="Bonjour,",
    hello_name="Bonjour {name},",
    you_ordered="Vous avez commandé",
    was_ordered="Commandé",
    ships_first="En stock, expédié en premier",
    in_stock="En stock",
    waits_for_stock="En attente de réapprovisionnement",
    waits_at_point="En point relais",
    cancelled="Annulé",
    not_cancelled="Non annulé",
    in_this_parcel="Dans ce colis",
    in_these_parcels={"other": "Dans ces {count} colis"},
    still_to_come="À venir, dans un autre colis",
    still_to_come_when="À venir, dans un autre colis, prévu {when}",
    sent_before="Déjà expédié, dans un autre colis",
    delivered_before="Déjà livré",
    your_return="Dans ce retour",
    as_said="Dans ce retour, dans l’état indiqué par le client",
    reported="Signalé",
    in_exchange="En échange",
    replacement="Remplacement",
    sent_back_to_you="De retour chez vous",
    tracking_number="Numéro de suivi\u202f: {number}",
    shared_parcel="Dans un même colis avec la commande {orders}",
    own_couriers="nos livreurs",
    follow="Suivre votre commande",
    change="Modifier la livraison",
    choose="Choisir vos notifications",
    questions="Une question\u202f? Répondez à cet e-mail\u202f: {seller} le reçoit à {email}.",
    sent_for="Cet e-mail a été envoyé pour {seller}.",
    todays_deliveries="Les livraisons du jour dans votre tableau de bord",
    order_in_dashboard="Voir la commande dans votre tableau de bord",
    decide_in_dashboard="Décider dans votre tableau de bord",
    you_get_this="Vous recevez cet e-mail pour {seller}.",
    failures={
        "not_home": "destinataire absent",
        "refused": "colis refusé",
        "address_wrong": "adresse introuvable",
        "damaged": "colis endommagé",
    },
    return_reasons={
        "too_large": "trop grand",
        "too_small": "trop petit",
        "not_as_shown": "non conforme à la description",
        "damaged": "arrivé endommagé",
        "wrong": "mauvais article",
        "changed_mind": "changement d’avis",
        "unannounced": "non annoncé",
    },
    conditions={
        "unopened": "jamais ouvert",
        "as_new": "ouvert, mais comme neuf",
        "used": "utilisé",
        "damaged": "abîmé",
    },
    reports={
        "missing": "il manque quelque chose",
        "damaged": "l’article est abîmé",
        "wrong": "ce n’est pas le bon article",
        "not_arrived": "le colis n’est pas venu",
    },
    wishes={"exchange": "échange contre {goods}", "credit": "avoir", "refund": "remboursement"},
    goes_back={
        "repaired": (
            "C’est ce que vous avez envoyé en réparation avec le retour {rma} de la"
            " commande {order}. C’est réparé."
        ),
        "failed": (
            "C’est ce que vous avez envoyé en réparation avec le retour {rma} de la"
            " commande {order}. La réparation n’a pas été possible, et cela vous "
            "est rendu en l’état."
        ),
        "again": "Cela vient de votre commande {order} et vous est envoyé à nouveau.",
    },
    found="{count} × {title} : {what}.",
    found_late="arrivé après l’expiration de son retour",
    found_kinds={
        "wrong": "ne fait pas partie de ce retour",
        "extra": "plus que ce qui était accepté",
        "unknown": "ne fait pas partie de ce retour",
        "missing": "absent du colis",
        "empty": "le colis était vide",
        "unannounced": "envoyé sans demande",
        "late": "retrouvé après la décision de la boutique",
        "swapped": "n’est pas l’exemplaire qui vous a été envoyé",
        "worn": "est arrivé utilisé ou abîmé",
    },
    found_ends={
        "": "La boutique en décide.",
        "accept": "Ajouté au retour.",
        "keep": "La boutique le garde.",
        "send_back": "Il vous est renvoyé.",
        "discard": "Il est mis au rebut.",
        "credit": "La boutique le rembourse quand même.",
        "no_credit": "Il n’est pas remboursé.",
        "arrived": "Il est finalement là.",
        "free": "Ce que vous avez reçu en échange est à vous : vous n’avez rien à payer.",
        "sold": (
            "Vous gardez comme achat ce que vous avez reçu en échange : la boutique peut "
            "vous demander de le payer."
        ),
        "exchanged": (
            "Il compte pour votre échange : vous gardez ce que vous avez reçu. Si vous "
            "l’avez payé, la boutique vous le rembourse."
        ),
    },
    causes={
        "stock_late": "les articles arrivent plus tard que prévu dans notre entrepôt",
        "warehouse_behind": "notre entrepôt a besoin de plus de temps",
        "carrier_delay": "le transporteur a du retard",
        "weather": "la météo retarde le transporteur",
        "late": "cela prend plus de temps que prévu",
        "order_changed": "des articles ont été ajoutés à votre commande",
        "other": "cela prend plus de temps que prévu",
        "held": "votre commande était en attente",
    },
    holds={
        "payment": "Elle doit être payée avant que nous puissions l’expédier. "
        "Nous vous communiquerons alors la date.",
        "address": "Il nous faut votre adresse de livraison complète pour pouvoir l’expédier. "
        "Nous vous communiquerons alors la date.",
        "check": "Nous devons vérifier un point avant de pouvoir l’expédier. "
        "Nous vous communiquerons alors la date.",
        "pause": "Elle est en attente pour le moment. "
        "Nous vous communiquerons la date dès que nous pourrons l’expédier.",
        "pickup": "Vous avez choisi de venir la chercher : nous ne l’expédions donc pas.",
        "exchange": "Elle sera expédiée dès que votre retour sera arrivé et examiné. Nous vous "
        "communiquerons alors la date.",
    },
    first_of_month="d'er'",
    colon="\u202f:",
)
