"""Labels of returns: what a seller gives, asked of a carrier, voided, and the parcel followed."""
