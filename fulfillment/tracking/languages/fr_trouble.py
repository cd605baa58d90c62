"""French: what becomes of a parcel that did not arrive."""

TROUBLE = {
    "lost": "{parcel} a été perdu pendant le transport. Nous en sommes "
    "désolés\u202f: {seller} décide de la suite et vous contactera.",
    "damaged": "{parcel} a été endommagé pendant le transport. "
    "Nous en sommes désolés et trouverons une solution.",
    "returning": "{parcel} n’a pas pu être livré et repart chez {seller}.",
    "returned": "{parcel} n’a pas pu être livré et a été renvoyé à {seller}.",
    "returning_not_collected": "{parcel} n’a pas été retiré et repart chez {seller}.",
    "returning_refused": "{parcel} a été refusé à la livraison et repart chez {seller}.",
    "returning_damaged": "{parcel} a été endommagé pendant le transport et repart chez {seller}.",
    "returned_not_collected": "{parcel} n’a pas été retiré et a été renvoyé à {seller}.",
    "returned_refused": "{parcel} a été refusé à la livraison et a été renvoyé à {seller}.",
    "returned_damaged": "{parcel} a été endommagé pendant le transport et a été renvoyé à "
    "{seller}.",
}
