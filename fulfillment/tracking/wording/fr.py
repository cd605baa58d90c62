"""French."""

from fulfillment.tracking.wording.record import Acts

ACTS = Acts(
    date="EEEE d MMMM",
    colon="\u202f: ",
    back="Retour à votre commande",
    more="Votre adresse et vos choix",
    more_why=(
        "Pour voir l’adresse, modifier la livraison ou retourner un article, confirmez que "
        "c’est bien vous."
    ),
    confirm="Confirmer que c’est bien vous",
    verify_why=(
        "Toute personne ayant le lien voit où se trouve le colis. L’adresse et les "
        "modifications sont réservées à vous seul."
    ),
    by_code_only="Nous pouvons vous envoyer un code par e-mail, à l’adresse de cette commande.",
    no_proof="Cette commande n’a ni code postal ni adresse e-mail. Veuillez contacter la boutique.",
    postcode="Code postal de livraison",
    go_on="Continuer",
    or_code="Ou avec un code reçu par e-mail",
    send_code="Recevoir un code par e-mail",
    code_sent=(
        "Nous avons envoyé un code à l’adresse e-mail de cette commande. Il est valable 10 minutes."
    ),
    code="Code à 6 chiffres",
    code_why=(
        "N’importe qui peut connaître le code postal. Pour cela, nous vous envoyons donc un "
        "code à l’adresse e-mail de cette commande."
    ),
    code_needed="Demandez d’abord un code par e-mail, puis saisissez-le ici.",
    code_impossible=(
        "Pour indiquer un voisin ou un lieu sûr, modifier l’adresse ou annuler la commande, "
        "veuillez contacter la boutique\u202f: cette commande n’a pas d’adresse e-mail à "
        "laquelle envoyer un code."
    ),
    send_code_again="Recevoir un nouveau code",
    wrong_postcode="Ce n’est pas le code postal de cette commande.",
    wrong_code="Ce code est incorrect ou n’est plus valable.",
    locked="Trop de tentatives. Veuillez réessayer plus tard.",
    code_subject="{code} est votre code pour la commande {order}",
    code_body=(
        "Votre code pour la commande {order} chez {seller}\u202f:\n\n{code}\n\nIl est valable "
        "10 minutes. Si vous ne l’avez pas demandé, vous n’avez rien à faire\u202f: sans ce "
        "code, personne ne peut annuler la commande ni modifier son adresse."
    ),
    delivery="Livraison",
    address="Adresse de livraison",
    received_by="Reçu par {who}",
    left_with="Remis à votre voisin\u202f: {who}",
    left_in="Déposé ici\u202f: {who}",
    tracking_number="Numéro de suivi",
    own_couriers="Nos propres livreurs",
    change="Modifier la livraison",
    nothing_now="Aucune modification n’est possible pour le moment.",
    saved="Enregistré.",
    too_late="Il est trop tard pour cela.",
    still_open="Ce que vous pouvez encore choisir figure ci-dessous.",
    not_in="Absent\u202f? Dites-nous où le laisser",
    until_time="Possible jusqu’à {time}.",
    until_near="Possible jusqu’à peu avant la livraison.",
    until_out="Possible tant que le colis n’est pas en cours de livraison.",
    out_anyway="Ce qui est déjà en cours de livraison n’est pas concerné.",
    right_address="La bonne adresse",
    until_again="Possible jusqu’à ce que le colis reparte en livraison.",
    until_packed="Possible tant que la commande n’est pas emballée.",
    until_picked="Possible tant que nous n’avons pas commencé à préparer la commande.",
    neighbour="Le remettre à un voisin",
    safe_place="Le déposer dans un endroit sûr",
    pickup_point="Le déposer dans un point relais",
    pickup_sorted="D’abord ceux dont le code postal est le plus proche du vôtre.",
    same_postcode="Dans votre code postal",
    days_kept="Gardé sur place pendant {days}",
    who_or_where="Nom et numéro du voisin, ou l’endroit",
    note="Message pour le livreur",
    note_hint="Par exemple l’entrée ou le nom sur la sonnette.",
    save="Enregistrer",
    withdraw="Annuler ce choix",
    other_day="Livrer un autre jour",
    choose_day="Jour",
    chosen="Votre choix",
    not_kept="{wish} – plus possible",
    on_day="Livraison le {day}",
    new_address="Livrer à une autre adresse",
    street="Rue et numéro",
    post_code="Code postal",
    town="Ville",
    call_off="Annuler la commande",
    call_off_why="Rien de cette commande ne sera expédié.",
    call_off_money=(
        "La boutique voit que vous avez annulé. Le remboursement de ce que vous avez payé "
        "relève de la boutique."
    ),
    call_off_sure="Oui, annuler toute la commande",
    needed="Veuillez remplir ce champ.",
    choose_one="Veuillez faire un choix.",
    too_long="{most} caractères au maximum.",
    wrong_value="Veuillez vérifier ce champ.",
    error="Erreur",
    not_done="Cela n’a pas fonctionné\u202f:",
    find="Retrouver votre commande",
    find_why="Nous vous enverrons par e-mail le lien de suivi.",
    number="Numéro de commande",
    email="Adresse e-mail",
    send_link="Recevoir le lien",
    link_sent=(
        "S’il existe une commande avec ce numéro et cette adresse e-mail, le lien vous a été "
        "envoyé."
    ),
    link_subject="Commande {order}\u202f: votre lien de suivi",
    link_body=(
        "Suivez ici votre commande {order} chez {seller}\u202f:\n\n{link}\n\nSi vous n’avez "
        "rien demandé, vous n’avez rien à faire."
    ),
    wrong_email="Veuillez saisir une adresse e-mail, par exemple nom@example.com.",
    found_again="Votre colis a été retrouvé",
    day_follows=(
        "{parcel} est en sécurité chez nous. Nous vous écrirons dès qu’un nouveau "
        "jour de livraison sera fixé."
    ),
    found_replaced=(
        "{parcel} est en sécurité chez nous. La commande {order}, qui le remplace, n’est pas "
        "concernée. {seller} décide si ce colis vous parviendra aussi."
    ),
    report="Signaler un problème",
    report_why="Un article manquant, endommagé ou incorrect\u202f? Expliquez-le à la boutique.",
    nothing_to_report=(
        "Il n’y a rien à signaler pour le moment\u202f: aucun colis n’est arrivé, ou la "
        "boutique est déjà informée."
    ),
    which="Quel article\u202f?",
    which_parcel="Quel colis\u202f?",
    in_parcel="colis {number}",
    what_wrong="Quel est le problème\u202f?",
    missing="Il manque",
    damaged="Il est endommagé",
    wrong="Ce n’est pas le bon article",
    not_arrived="Le colis n’est pas arrivé",
    how_many="Combien\u202f?",
    at_most="Choisissez un nombre de 1 à {most}.",
    words="Que s’est-il passé\u202f?",
    photos="Photos, 3 au maximum",
    photos_hint="JPEG, PNG ou WebP, 5 Mo chacune. Facultatif.",
    wrong_photo="Un fichier n’est pas une photo lisible ou est trop volumineux.",
    too_many_photos="3 photos au maximum.",
    enough_photos=(
        "Il n’est plus possible d’envoyer de photos pour cette commande pour le moment. "
        "Veuillez contacter la boutique."
    ),
    already_open="Cela a déjà été signalé. La boutique va vous répondre.",
    too_many="Trop de signalements pour une seule journée. Veuillez contacter la boutique.",
    send_report="Envoyer à la boutique",
    waits_for_answer="La boutique a reçu votre signalement et répondra ici.",
    answer_replacement="La boutique vous le renvoie, sous la commande {order}.",
    replacement_off="Le renvoi était prévu sous la commande {order}. Celle-ci a été annulée.",
    whole_again="Renvoyée sous la commande {order}",
    rest_again="Le reste vous est renvoyé, sous la commande {order}.",
    lost_again=(
        "{parcel} a été perdu pendant le transport. Nous en sommes "
        "désolés\u202f: son contenu vous est renvoyé, sous la commande {order}."
    ),
    came_back_again=(
        "{parcel} n’a pas pu être livré. Son contenu vous est renvoyé, sous la commande {order}."
    ),
    replacement_for="Cette commande remplace la commande {order}.",
    see_order="Voir la commande {order}",
    answer_refund="La boutique vous rembourse.",
    answer_return="La boutique souhaite le récupérer\u202f: voir le retour sur cette page.",
    answer_words="La boutique a répondu.",
    exchange_kept=(
        "La boutique vous réserve votre échange {until}, sous la commande {order}. Il "
        "sera expédié dès que ce retour sera arrivé et examiné."
    ),
    exchange_checked=(
        "Votre échange, la commande {order}, sera expédié dès que ce retour sera examiné."
    ),
    exchange_sent="Vous recevez la commande {order} en échange.",
    exchange_off="L’échange était prévu sous la commande {order}. Celle-ci a été annulée.",
    exchange_due="Merci d’envoyer ce retour de sorte qu’il arrive {by}.",
    exchange_overdue=(
        "Ce retour n’est pas arrivé à temps. Merci de l’envoyer maintenant, si ce n’est pas "
        "encore fait."
    ),
    return_lapsed=(
        "Rien de ce retour n’est arrivé à temps, et la boutique l’a donc clos. Si vous l’avez "
        "envoyé, merci de contacter la boutique, qui peut vous demander de payer ce que vous "
        "gardez."
    ),
    asked_back="La boutique demande un retour",
    state_asked_back="Demandé par la boutique",
    state_expired="Expiré",
    return_expired=(
        "Ce retour a expiré, car le colis n’a pas été déposé au plus tard le {day}. Merci de ne "
        "rien envoyer maintenant. Si vous avez déjà envoyé le colis, ou souhaitez encore "
        "renvoyer quelque chose, merci de contacter la boutique."
    ),
    return_expired_open=(
        "Ce retour a expiré, car le colis n’a pas été déposé au plus tard le {day}. Merci de ne "
        "plus l’envoyer\u202f: si vous souhaitez encore renvoyer quelque chose, demandez un "
        "nouveau retour sur cette page. Si vous avez déjà envoyé le colis, merci de contacter la "
        "boutique."
    ),
    hand_in_by="Merci de déposer votre colis {by}.",
    hand_in_over=(
        "Le dernier jour pour déposer ce retour était le {day}. Si vous l’avez déposé, vous "
        "n’avez rien à faire. Sinon, merci de contacter la boutique."
    ),
    return_not_come=(
        "Ce retour a expiré, car le colis n’est pas arrivé. Il était à déposer au plus tard "
        "le {day}. Merci de ne rien envoyer maintenant. Si vous avez déjà envoyé le colis, "
        "merci de le signaler à la boutique, avec la preuve de dépôt. Si vous souhaitez "
        "encore renvoyer quelque chose, merci de contacter la boutique."
    ),
    return_not_come_open=(
        "Ce retour a expiré, car le colis n’est pas arrivé. Il était à déposer au plus tard "
        "le {day}. Merci de ne plus l’envoyer\u202f: si vous souhaitez encore renvoyer quelque "
        "chose, demandez un nouveau retour sur cette page. Si vous avez déjà envoyé le colis, "
        "merci de le signaler à la boutique, avec la preuve de dépôt."
    ),
    hand_in_missed=(
        "Le dernier jour pour déposer ce retour était le {day}. Si vous avez déjà envoyé le "
        "colis, merci de le signaler à la boutique, avec la preuve de dépôt. Sinon, merci "
        "de contacter la boutique avant de l’envoyer."
    ),
    came_late=(
        "Votre colis pour le retour {number} est arrivé après l’expiration de ce retour. La "
        "boutique décide de la suite, que vous pourrez lire ici. Vous n’avez rien à faire, ni "
        "de nouveau retour à demander."
    ),
    return_kept="Vous gardez tout\u202f: rien n’est à renvoyer.",
    out_of_stock="{title} n’est plus en stock en cette quantité. Veuillez choisir autre chose.",
    no_units="Choisissez combien vous en renvoyez\u202f: {title}.",
    no_exchange="Cet article ne peut pas être échangé ainsi. Veuillez choisir autre chose.",
    for_it="Que souhaitez-vous à la place ?",
    money_back="Un remboursement",
    as_credit="Un avoir",
    refund_how="Comment souhaitez-vous être remboursé\u202f?",
    for_return="Que souhaitez-vous pour ce retour\u202f?",
    as_exchange="Un échange",
    exchange_and_credit="Un échange, le reste en avoir",
    exchange_for="Échanger contre",
    not_exchanged="Pas d’échange",
    choose_product="Choisissez ce que vous souhaitez en échange.",
    wished_otherwise=(
        "Pour l’échanger, choisissez «\u00a0Un échange\u00a0» plus "
        "haut, sinon «\u00a0Pas d’échange\u00a0» ici."
    ),
    as_repair="Une réparation",
    repair_alone="Ce qui est réparé vous revient\u202f: veuillez demander un échange séparément.",
    credit_asked="Vous avez demandé un avoir.",
    refund_asked="Vous avez demandé un remboursement.",
    repair_asked="Vous avez demandé une réparation.",
    repairing="Nous l’avons examiné, et il doit être réparé. Vous n’avez rien à faire.",
    repairing_rest="Nous l’avons examiné. Une partie reste à réparer. Vous n’avez rien à faire.",
    repair_done="C’est réparé, et cela vous est renvoyé.",
    repair_failed="La réparation n’a pas été possible, et cela vous est renvoyé en l’état.",
    repair_refunded="La réparation n’a pas été possible.",
    repair_sent="Cela vous revient sous la commande {order}.",
    repair_back="Cela vous a été rendu sous la commande {order}.",
    refund_rest="Le remboursement porte sur ce qui ne vous est pas renvoyé.",
    refund_owed="La boutique rembourse ce retour.",
    refund_owed_by="La boutique rembourse ce retour {by}.",
    refund_owed_today="La boutique rembourse ce retour aujourd’hui.",
    refund_overdue=(
        "La boutique devait rembourser ce retour au plus tard le {day} et ne l’a pas "
        "encore confirmé. Si vous n’avez rien reçu, contactez la boutique."
    ),
    refund_more="La boutique a remboursé une partie de ce retour et rembourse un autre montant.",
    refund_more_by=(
        "La boutique a remboursé une partie de ce retour et rembourse un autre montant {by}."
    ),
    refund_more_overdue=(
        "La boutique a remboursé une partie de ce retour. Elle devait rembourser un autre "
        "montant au plus tard le {day} et ne l’a pas encore confirmé. Si vous ne l’avez pas "
        "reçu, contactez la boutique."
    ),
    refund_credit="Vous recevez un avoir.",
    refund_paid="La boutique a remboursé ce retour.",
    amount_refunded="Montant remboursé\u202f: {amount}",
    amount_owed="Montant à rembourser\u202f: {amount}",
    return_fee=(
        "Si le produit n’a aucun défaut, la boutique déduit {fee} du remboursement pour ce retour."
    ),
    shop_pays_postage="La boutique prend en charge les frais de retour.",
    you_pay_postage="Les frais de retour sont à votre charge.",
    fee_deducted="D’un remboursement pour ce retour, la boutique déduit {fee}.",
    fee_changed=(
        "La boutique a modifié la somme qu’elle déduit pour un retour\u202f: elle figure "
        "ci-dessous. Veuillez renvoyer le formulaire."
    ),
    exchange_prices=(
        "Un montant après un produit indique ce qu’un exemplaire coûte de plus (+) ou de "
        "moins (−) que le vôtre. La boutique vous demande le supplément avant l’envoi, et "
        "rembourse la différence une fois votre retour contrôlé. Sans montant, c’est un "
        "échange à valeur égale."
    ),
    exchange_even=(
        "C’est un échange à valeur égale\u202f: rien n’est demandé ni remboursé pour cela."
    ),
    price_changed=(
        "Le prix du produit choisi a changé\u202f: il figure avec le produit. Veuillez "
        "renvoyer le formulaire."
    ),
    surcharge_open=(
        "La commande {order} coûte plus cher que ce que vous renvoyez. Avant l’envoi, la "
        "boutique décide si elle vous demande la différence."
    ),
    surcharge_asked=(
        "La commande {order} coûte plus cher que ce que vous renvoyez. La boutique vous "
        "demande la différence avant l’envoi."
    ),
    step_handed_in="Déposé",
    pack_labelled="Emballez le tout. Vous n’avez rien à inscrire sur le colis.",
    wait_for_label="Emballez le tout, et attendez l’étiquette de retour avant d’envoyer le colis.",
    label_coming="Votre étiquette de retour est en préparation. Vous la trouverez sur cette page.",
    label_locked=(
        "Ce qu’il vous faut pour le renvoyer est prêt. Confirmez que c’est bien vous pour "
        "l’afficher."
    ),
    label_failed=(
        "Il n’y a pas d’étiquette pour ce retour. Merci d’envoyer vous-même le colis à "
        "l’adresse ci-dessus."
    ),
    print_label="Imprimer l’étiquette de retour",
    label_how="Imprimez l’étiquette, collez-la sur le colis et déposez le colis chez {carrier}.",
    code_how="Présentez ce code chez {carrier}\u00a0: l’étiquette y est imprimée pour vous.",
    code_or=(
        "Pas d’imprimante\u00a0? Présentez ce code chez {carrier}\u00a0: l’étiquette y est "
        "imprimée pour vous."
    ),
    code_own=(
        "Vous pouvez aussi apporter le colis à cette adresse. Présentez-y ce code\u00a0: il "
        "n’y a rien à imprimer."
    ),
    code_alt="Code QR pour déposer le colis",
    handed_in_when="Déposé\u00a0: {when}",
    in_transit_when="En transit depuis\u00a0: {when}",
    arrived_when="Livré à l’entrepôt\u00a0: {when}",
    under_way="Votre colis est sur le chemin du retour. Vous n’avez rien à faire.",
    label_given="Une fois le retour accepté, vous recevez une étiquette {carrier} à imprimer.",
    code_given=(
        "Une fois le retour accepté, vous recevez un code QR. Présentez-le chez "
        "{carrier}\u00a0: l’étiquette y est imprimée pour vous."
    ),
    both_given=(
        "Une fois le retour accepté, vous recevez une étiquette {carrier} à imprimer, ou un "
        "code QR avec lequel elle est imprimée sur place pour vous."
    ),
    own_given=(
        "Une fois le retour accepté, vous recevez un code QR. Il vous permet aussi "
        "d’apporter vous-même le colis chez nous."
    ),
    condition="Dans quel état est-ce\u202f?",
    choose="Choisir",
    is_unopened="Jamais ouvert",
    is_as_new="Ouvert, mais comme neuf",
    is_used="Utilisé",
    is_damaged="Abîmé",
    condition_needed="Veuillez indiquer dans quel état est le produit.",
    needs_photo="Photo nécessaire.",
    needs_words="Quelques mots de votre part sont nécessaires.",
    photo_needed="Ce motif demande une photo. Veuillez en ajouter une.",
    photo_unasked=(
        "Aucune photo n’est acceptée pour ce motif. Veuillez envoyer le formulaire sans photo."
    ),
    comment_needed="Ce motif demande quelques mots. Veuillez écrire ce qui ne va pas.",
    photo_files="JPEG, PNG ou WebP, 5 Mo chacune.",
    photos_again="Veuillez choisir vos photos à nouveau : elles n’ont pas été conservées.",
)
