"""Spanish, with "usted": mié 25 nov, 19:00."""

from notifications.languages.phrases import Phrases

PHRASES = Phrases(
    day="EEE d MMM",
    day_of_year="EEE d MMM y",
    opening="EEE d",
    closing="EEE d MMM",
    hour="H:mm",
    on="el {day}",
    span="{first} – {last}",
    between="entre el {first} y el {last}",
    hours="{day} entre las {starts} y las {ends}",
    across_days="entre {first} a las {starts} y {last} a las {ends}",
    moment="{day} a las {hour}",
    today="hoy",
    tomorrow="mañana",
    separator=", ",
    conjunction="{first} y {last}",
    more={"one": "{count} más", "other": "{count} más"},
    items={"one": "{count} artículo", "other": "{count} artículos"},
    hello="Hola:",
    hello_name="Hola, {name}:",
    you_ordered="Ha pedido",
    was_ordered="Productos pedidos",
    ships_first="En stock, se envía primero",
    in_stock="En stock",
    waits_for_stock="A la espera de stock",
    waits_at_point="En el punto de recogida",
    cancelled="Cancelado",
    not_cancelled="Sin cancelar",
    in_this_parcel="En este paquete",
    in_these_parcels={"other": "En estos {count} paquetes"},
    still_to_come="Llegará después, en otro paquete",
    still_to_come_when="Llegará después, en otro paquete, previsiblemente {when}",
    sent_before="Ya enviado, en otro paquete",
    delivered_before="Ya entregado",
    your_return="En esta devolución",
    as_said="En esta devolución, en el estado que indica el cliente",
    reported="Comunicado",
    in_exchange="A cambio",
    replacement="Reposición",
    sent_back_to_you="De vuelta a usted",
    tracking_number="Número de seguimiento: {number}",
    shared_parcel="En un mismo paquete con el pedido {orders}",
    own_couriers="nuestros repartidores",
    follow="Seguir su pedido",
    change="Cambiar la entrega",
    choose="Elegir sus avisos",
    questions="¿Tiene alguna pregunta? Responda a este correo: {seller} lo recibe en {email}.",
    sent_for="Este correo se ha enviado en nombre de {seller}.",
    todays_deliveries="Las entregas de hoy en su panel",
    order_in_dashboard="Ver el pedido en su panel",
    decide_in_dashboard="Decidir en su panel",
    you_get_this="Recibe este correo como {seller}.",
    failures={
        "not_home": "nadie en casa",
        "refused": "paquete rechazado",
        "address_wrong": "dirección no encontrada",
        "damaged": "paquete dañado",
    },
    return_reasons={
        "too_large": "demasiado grande",
        "too_small": "demasiado pequeño",
        "not_as_shown": "distinto de la descripción",
        "damaged": "llegó dañado",
        "wrong": "artículo equivocado",
        "changed_mind": "cambio de opinión",
        "unannounced": "no anunciada",
    },
    conditions={
        "unopened": "sin abrir",
        "as_new": "abierto, pero como nuevo",
        "used": "usado",
        "damaged": "dañado",
    },
    reports={
        "missing": "falta algo",
        "damaged": "está roto",
        "wrong": "no es el producto correcto",
        "not_arrived": "el paquete no ha venido",
    },
    wishes={"exchange": "cambio por {goods}", "credit": "vale", "refund": "reembolso"},
    goes_back={
        "repaired": (
            "Es lo que envió a reparar con la devolución {rma} del pedido {order}. Está reparado."
        ),
        "failed": (
            "Es lo que envió a reparar con la devolución {rma} del pedido {order}. "
            "No se ha podido reparar y lo recibe tal como está."
        ),
        "again": "Es de su pedido {order} y se le envía de nuevo.",
    },
    found="{count} × {title}: {what}.",
    found_late="llegó cuando su devolución ya había caducado",
    found_kinds={
        "wrong": "no forma parte de esta devolución",
        "extra": "más de lo aprobado",
        "unknown": "no forma parte de esta devolución",
        "missing": "no estaba en el paquete",
        "empty": "el paquete estaba vacío",
        "unannounced": "enviado sin solicitud",
        "late": "apareció después de la decisión de la tienda",
        "swapped": "no es la unidad que se le envió",
        "worn": "llegó usado o dañado",
    },
    found_ends={
        "": "La tienda decide.",
        "accept": "Incluido en la devolución.",
        "keep": "La tienda se lo queda.",
        "send_back": "Se le reenvía el artículo.",
        "discard": "Se desecha.",
        "credit": "La tienda lo reembolsa igualmente.",
        "no_credit": "No se reembolsa.",
        "arrived": "Finalmente ha llegado.",
        "free": "Lo que recibió a cambio es suyo: no tiene que pagar nada por ello.",
        "sold": (
            "Se queda con lo que recibió a cambio como compra: la tienda puede pedirle que "
            "lo pague."
        ),
        "exchanged": (
            "Cuenta para su cambio: se queda con lo que recibió. Si lo ha pagado, la tienda "
            "se lo devuelve."
        ),
    },
    causes={
        "stock_late": "los artículos llegan a nuestro almacén más tarde de lo previsto",
        "warehouse_behind": "nuestro almacén necesita más tiempo",
        "carrier_delay": "el transportista lleva retraso",
        "weather": "el mal tiempo retrasa al transportista",
        "late": "está tardando más de lo previsto",
        "order_changed": "se han añadido artículos a su pedido",
        "other": "está tardando más de lo previsto",
        "held": "su pedido estaba retenido",
    },
    holds={
        "payment": "Tiene que estar pagado para que podamos enviarlo. "
        "Entonces le enviaremos la fecha.",
        "address": "Necesitamos su dirección de entrega completa para poder enviarlo. "
        "Entonces le enviaremos la fecha.",
        "check": "Tenemos que comprobar algo antes de poder enviarlo. "
        "Entonces le enviaremos la fecha.",
        "pause": "Por el momento está retenido. Le enviaremos la fecha en cuanto podamos enviarlo.",
        "pickup": "Ha elegido recogerlo personalmente, por lo que no lo enviamos.",
        "exchange": "Lo enviaremos en cuanto su devolución haya llegado y se haya revisado. "
        "Entonces le enviaremos la fecha.",
    },
)
