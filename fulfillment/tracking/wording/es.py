"""Spanish."""

from fulfillment.tracking.wording.record import Acts

ACTS = Acts(
    date="EEEE, d 'de' MMMM",
    back="Volver a su pedido",
    more="Su dirección y cambios",
    more_why="Para ver la dirección, cambiar la entrega o devolver algo, confirme que es usted.",
    confirm="Confirmar que es usted",
    verify_why=(
        "Quien tenga el enlace puede ver dónde está el paquete. La dirección y los cambios son "
        "solo para usted."
    ),
    by_code_only="Podemos enviarle un código a la dirección de correo electrónico de este pedido.",
    no_proof=(
        "Este pedido no tiene código postal ni correo electrónico. Póngase en contacto con la "
        "tienda."
    ),
    postcode="Código postal de la dirección de entrega",
    go_on="Continuar",
    or_code="O con un código por correo electrónico",
    send_code="Enviarme un código",
    code_sent=(
        "Hemos enviado un código al correo electrónico de este pedido. Es válido durante 10 "
        "minutos."
    ),
    code="Código de 6 cifras",
    code_why=(
        "Cualquiera puede conocer el código postal. Por eso, para esto le enviamos un código "
        "al correo electrónico de este pedido."
    ),
    code_needed="Pida primero un código por correo electrónico e introdúzcalo aquí.",
    code_impossible=(
        "Para indicar un vecino o un lugar seguro, cambiar la dirección o cancelar el pedido, "
        "póngase en contacto con la tienda: este pedido no tiene un correo electrónico al que "
        "enviar un código."
    ),
    send_code_again="Enviarme un código nuevo",
    wrong_postcode="Ese no es el código postal de este pedido.",
    wrong_code="Este código no es correcto o ya no es válido.",
    locked="Demasiados intentos. Inténtelo de nuevo más tarde.",
    code_subject="{code} es su código para el pedido {order}",
    code_body=(
        "Su código para el pedido {order} en {seller}:\n\n{code}\n\nEs válido durante 10 "
        "minutos. Si no lo ha solicitado, no tiene que hacer nada: sin el código nadie puede "
        "cancelar el pedido ni cambiar su dirección."
    ),
    delivery="Entrega",
    address="Dirección de entrega",
    received_by="Recibido por {who}",
    left_with="Entregado a su vecino: {who}",
    left_in="Dejado aquí: {who}",
    tracking_number="Número de seguimiento",
    own_couriers="Nuestros repartidores",
    change="Cambiar la entrega",
    nothing_now="En este momento no se puede cambiar nada.",
    saved="Guardado.",
    too_late="Ya es tarde para eso.",
    still_open="A continuación puede ver lo que aún puede elegir.",
    not_in="¿No estará? Díganos dónde dejarlo",
    until_time="Posible hasta las {time}.",
    until_near="Posible hasta poco antes de la entrega.",
    until_out="Posible hasta que el paquete salga a reparto.",
    out_anyway="Lo que ya ha salido a reparto no cambia.",
    right_address="La dirección correcta",
    until_again="Posible hasta que el paquete vuelva a salir a reparto.",
    until_packed="Posible hasta que se embale el pedido.",
    until_picked="Posible hasta que empecemos a preparar el pedido.",
    neighbour="Entregarlo a un vecino",
    safe_place="Dejarlo en un lugar seguro",
    pickup_point="Dejarlo en un punto de recogida",
    pickup_sorted="Primero, los que tienen el código postal más parecido al suyo.",
    same_postcode="En su código postal",
    days_kept="Se guarda allí {days}",
    who_or_where="Nombre y número de casa del vecino, o el lugar",
    note="Nota para el repartidor",
    note_hint="Por ejemplo, la entrada o el nombre del timbre.",
    save="Guardar",
    withdraw="Retirar",
    other_day="Entregar otro día",
    choose_day="Día",
    chosen="Su elección",
    not_kept="{wish} – ya no es posible",
    on_day="Entrega el {day}",
    new_address="Enviar a otra dirección",
    street="Calle y número",
    post_code="Código postal",
    town="Localidad",
    call_off="Cancelar el pedido",
    call_off_why="No se enviará nada de este pedido.",
    call_off_money=(
        "La tienda ve que usted lo ha cancelado. El reembolso de lo que haya pagado depende "
        "de la tienda."
    ),
    call_off_sure="Sí, cancelar todo el pedido",
    needed="Rellene este campo.",
    choose_one="Elija una opción.",
    too_long="Como máximo {most} caracteres.",
    wrong_value="Revise este dato.",
    error="Error",
    not_done="No se ha podido completar:",
    find="Encuentre su pedido",
    find_why="Le enviaremos por correo electrónico el enlace de seguimiento.",
    number="Número de pedido",
    email="Correo electrónico",
    send_link="Enviarme el enlace",
    link_sent=(
        "Si existe un pedido con este número y este correo electrónico, le hemos enviado el enlace."
    ),
    link_subject="Pedido {order}: su enlace de seguimiento",
    link_body=(
        "Aquí puede seguir su pedido {order} de {seller}:\n\n{link}\n\nSi no lo ha solicitado, "
        "no tiene que hacer nada."
    ),
    wrong_email="Escriba un correo electrónico, por ejemplo, nombre@example.com.",
    found_again="Su paquete ha aparecido",
    day_follows=(
        "{parcel} está a salvo con nosotros. Le escribiremos en cuanto haya un "
        "nuevo día de entrega."
    ),
    found_replaced=(
        "{parcel} está a salvo con nosotros. El pedido {order}, que lo sustituye, sigue su "
        "curso. {seller} decide si este paquete también se le entrega."
    ),
    report="Informar de un problema",
    report_why="¿Falta algo, está dañado o no es correcto? Cuénteselo a la tienda.",
    nothing_to_report=(
        "Ahora no hay nada de lo que informar: aún no ha llegado ningún paquete o la tienda ya "
        "lo sabe."
    ),
    which="¿Qué producto?",
    which_parcel="¿Qué paquete?",
    in_parcel="paquete {number}",
    what_wrong="¿Qué ha pasado?",
    missing="Falta",
    damaged="Está dañado",
    wrong="No es el producto correcto",
    not_arrived="El paquete no ha llegado",
    how_many="¿Cuántos?",
    at_most="Elija un número del 1 al {most}.",
    words="Describa lo ocurrido",
    photos="Fotos, como máximo 3",
    photos_hint="JPEG, PNG o WebP, 5 MB cada una. Opcional.",
    wrong_photo="Un archivo no es una foto legible o es demasiado grande.",
    too_many_photos="Como máximo 3 fotos.",
    enough_photos="Por ahora no se pueden enviar más fotos de este pedido. Contacte con la tienda.",
    already_open="Ya se ha informado de esto. La tienda le responderá.",
    too_many="Son demasiados avisos en un día. Póngase en contacto con la tienda.",
    send_report="Enviar a la tienda",
    waits_for_answer="La tienda ha recibido su aviso y le responderá aquí.",
    answer_replacement="La tienda se lo envía de nuevo, como pedido {order}.",
    replacement_off="Se iba a enviar de nuevo como pedido {order}. Ese pedido se ha cancelado.",
    whole_again="Enviado de nuevo como pedido {order}",
    rest_again="El resto se envía de nuevo, como pedido {order}.",
    lost_again=(
        "{parcel} se ha perdido durante el transporte. Lo sentimos: su contenido "
        "se envía de nuevo, como pedido {order}."
    ),
    came_back_again=(
        "{parcel} no se ha podido entregar. Su contenido se envía de nuevo, como pedido {order}."
    ),
    replacement_for="Es la reposición del pedido {order}.",
    see_order="Ver el pedido {order}",
    answer_refund="La tienda le devuelve el importe.",
    answer_return="La tienda quiere que lo devuelva: vea la devolución en esta página.",
    answer_words="La tienda ha respondido.",
    exchange_kept=(
        "La tienda le reserva el cambio {until}, como pedido {order}. Se enviará en "
        "cuanto esta devolución haya llegado y se haya revisado."
    ),
    exchange_checked=(
        "El cambio, pedido {order}, se enviará en cuanto se haya revisado esta devolución."
    ),
    exchange_sent="A cambio recibe el pedido {order}.",
    exchange_off="El cambio estaba previsto como pedido {order}. Ese pedido se ha cancelado.",
    exchange_due="Envíe esta devolución de modo que llegue {by}.",
    exchange_overdue=(
        "Esta devolución no ha llegado a tiempo. Envíela ahora, si aún no lo ha hecho."
    ),
    return_lapsed=(
        "No llegó a tiempo nada de esta devolución, por lo que la tienda la ha cerrado. Si la "
        "ha enviado, póngase en contacto con la tienda, que puede pedirle que pague lo que "
        "conserva."
    ),
    asked_back="La tienda solicita una devolución",
    state_asked_back="Solicitada por la tienda",
    state_expired="Caducada",
    return_expired=(
        "Esta devolución ha caducado porque el paquete no se entregó a más tardar el {day}. Por "
        "favor, ya no envíe nada. Si ya ha enviado el paquete, o todavía desea devolver algún "
        "producto, póngase en contacto con la tienda."
    ),
    return_expired_open=(
        "Esta devolución ha caducado porque el paquete no se entregó a más tardar el {day}. Por "
        "favor, ya no lo envíe: si todavía desea devolver algún producto, solicite una nueva "
        "devolución en esta página. Si ya ha enviado el paquete, póngase en contacto con la tienda."
    ),
    hand_in_by="Entregue su paquete {by}.",
    hand_in_over=(
        "El último día para entregar esta devolución fue el {day}. Si ya la ha entregado, no "
        "tiene que hacer nada. Si no, póngase en contacto con la tienda."
    ),
    return_not_come=(
        "Esta devolución ha caducado porque el paquete no ha llegado. El último día para "
        "entregarlo era el {day}. Por favor, ya no envíe nada. Si ya ha enviado el paquete, "
        "avise a la tienda con el comprobante de envío. Si todavía desea devolver algún "
        "producto, póngase en contacto con la tienda."
    ),
    return_not_come_open=(
        "Esta devolución ha caducado porque el paquete no ha llegado. El último día para "
        "entregarlo era el {day}. Por favor, ya no lo envíe: si todavía desea devolver algún "
        "producto, solicite una nueva devolución en esta página. Si ya ha enviado el paquete, "
        "avise a la tienda con el comprobante de envío."
    ),
    hand_in_missed=(
        "El último día para entregar esta devolución fue el {day}. Si ya ha enviado el "
        "paquete, avise a la tienda con el comprobante de envío. Si no, consulte a la "
        "tienda antes de enviarlo."
    ),
    came_late=(
        "Su paquete de la devolución {number} ha llegado cuando esta ya había caducado. La tienda "
        "decidirá qué se hace con él y podrá leerlo aquí. No tiene que hacer nada ni solicitar "
        "una nueva devolución."
    ),
    return_kept="Puede quedárselo todo: no tiene que devolver nada.",
    out_of_stock="Ya no hay stock suficiente de {title}. Elija otra cosa.",
    no_units="Elija cuántos devuelve: {title}.",
    no_exchange="Este producto no se puede cambiar así. Elija otra cosa.",
    for_it="¿Qué desea a cambio?",
    money_back="Un reembolso",
    as_credit="Un vale de la tienda",
    refund_how="¿Cómo desea recibir el reembolso?",
    for_return="¿Qué desea por su devolución?",
    as_exchange="Un cambio",
    exchange_and_credit="Un cambio, el resto en un vale",
    exchange_for="Cambiar por",
    not_exchanged="Sin cambio",
    choose_product="Elija qué desea a cambio.",
    wished_otherwise="Para cambiarlo, elija «Un cambio» arriba; si no, «Sin cambio» aquí.",
    as_repair="Una reparación",
    repair_alone="Lo que se repara vuelve a usted: solicite el cambio por separado.",
    credit_asked="Ha solicitado un vale de la tienda.",
    refund_asked="Ha solicitado el reembolso.",
    repair_asked="Ha solicitado una reparación.",
    repairing="Lo hemos revisado y se va a reparar. No tiene que hacer nada.",
    repairing_rest="Lo hemos revisado. Una parte aún está por reparar. No tiene que hacer nada.",
    repair_done="Está reparado y se lo enviamos de vuelta.",
    repair_failed="No se ha podido reparar y se lo enviamos de vuelta tal como está.",
    repair_refunded="No se ha podido reparar.",
    repair_sent="Lo recibe de vuelta como pedido {order}.",
    repair_back="Lo ha recibido de vuelta como pedido {order}.",
    refund_rest="El reembolso corresponde a lo que no se le envía de vuelta.",
    refund_owed="La tienda reembolsa esta devolución.",
    refund_owed_by="La tienda reembolsa esta devolución {by}.",
    refund_owed_today="La tienda reembolsa esta devolución hoy.",
    refund_overdue=(
        "La tienda debía reembolsar esta devolución a más tardar el {day} y aún no lo ha "
        "confirmado. Si no ha recibido el reembolso, póngase en contacto con la tienda."
    ),
    refund_more="La tienda ha reembolsado una parte de esta devolución y reembolsa otro importe.",
    refund_more_by=(
        "La tienda ha reembolsado una parte de esta devolución y reembolsa otro importe {by}."
    ),
    refund_more_overdue=(
        "La tienda ha reembolsado una parte de esta devolución. Debía reembolsar otro "
        "importe a más tardar el {day} y aún no lo ha confirmado. Si no lo ha recibido, "
        "póngase en contacto con la tienda."
    ),
    refund_credit="Lo recibe en forma de vale.",
    refund_paid="La tienda ha reembolsado esta devolución.",
    amount_refunded="Importe reembolsado: {amount}",
    amount_owed="Importe por reembolsar: {amount}",
    return_fee=(
        "Si el producto no tiene ningún defecto, la tienda descuenta {fee} del reembolso por "
        "esta devolución."
    ),
    shop_pays_postage="La tienda paga los gastos de devolución.",
    you_pay_postage="Los gastos de devolución corren por su cuenta.",
    fee_deducted="De un reembolso por esta devolución, la tienda descuenta {fee}.",
    fee_changed=(
        "La tienda ha cambiado lo que descuenta por una devolución: figura más abajo. Vuelva a "
        "enviar el formulario."
    ),
    exchange_prices=(
        "El importe que sigue a un producto es lo que una unidad cuesta de más (+) o de "
        "menos (−) que la suya. La tienda le pide lo que cuesta de más antes de enviarlo, y"
        " le reembolsa lo que cuesta de menos una vez revisada su devolución. Sin importe, "
        "el cambio es a la par."
    ),
    exchange_even=("El cambio es a la par: no se pide ni se reembolsa nada por él."),
    price_changed=(
        "El precio del producto elegido ha cambiado: figura junto al producto. Vuelva a "
        "enviar el formulario."
    ),
    surcharge_open=(
        "El pedido {order} cuesta más que lo que usted devuelve. Antes de enviarlo, la "
        "tienda decide si le pide la diferencia."
    ),
    surcharge_asked=(
        "El pedido {order} cuesta más que lo que usted devuelve. La tienda le pide la "
        "diferencia antes de enviarlo."
    ),
    step_handed_in="Entregado al transportista",
    pack_labelled="Empaquételo todo. No hace falta escribir nada en el paquete.",
    wait_for_label="Empaquételo todo y espere a la etiqueta de devolución antes de enviarlo.",
    label_coming="Estamos preparando su etiqueta de devolución. La encontrará en esta página.",
    label_locked="Lo que necesita para enviarla está listo. Confirme que es usted para verlo.",
    label_failed=(
        "No hay etiqueta para esta devolución. Envíe usted el paquete a la dirección "
        "indicada arriba."
    ),
    print_label="Imprimir la etiqueta de devolución",
    label_how="Imprima la etiqueta, péguela en el paquete y entréguelo en {carrier}.",
    code_how="Muestre este código en {carrier}: allí le imprimen la etiqueta.",
    code_or="¿No tiene impresora? Muestre este código en {carrier}: allí le imprimen la etiqueta.",
    code_own=(
        "También puede llevar el paquete a esta dirección. Muestre allí este código: no hay "
        "que imprimir nada."
    ),
    code_alt="Código QR para entregar el paquete",
    handed_in_when="Entregado al transportista: {when}",
    in_transit_when="En tránsito desde: {when}",
    arrived_when="Entregado en el almacén: {when}",
    under_way="Su paquete está en camino de vuelta. No tiene que hacer nada.",
    label_given="Cuando se acepte la devolución, recibirá una etiqueta de {carrier} para imprimir.",
    code_given=(
        "Cuando se acepte la devolución, recibirá un código QR. Muéstrelo en {carrier} y "
        "allí le imprimen la etiqueta."
    ),
    both_given=(
        "Cuando se acepte la devolución, recibirá una etiqueta de {carrier} para imprimir, o "
        "un código QR con el que se la imprimen allí."
    ),
    own_given=(
        "Cuando se acepte la devolución, recibirá un código QR. Con él también puede "
        "traernos usted el paquete."
    ),
    condition="¿En qué estado está?",
    choose="Elija una opción",
    is_unopened="Sin abrir",
    is_as_new="Abierto, pero como nuevo",
    is_used="Usado",
    is_damaged="Dañado",
    condition_needed="Indique en qué estado está.",
    needs_photo="Hace falta una foto.",
    needs_words="Hacen falta unas palabras suyas.",
    photo_needed="Este motivo requiere una foto. Añada una.",
    photo_unasked="Para este motivo no se admiten fotos. Envíe el formulario sin foto.",
    comment_needed="Este motivo requiere unas palabras. Escriba qué está mal.",
    photo_files="JPEG, PNG o WebP, 5 MB cada una.",
    photos_again="Vuelva a elegir sus fotos: no se han guardado.",
)
