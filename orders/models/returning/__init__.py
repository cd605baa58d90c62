"""Models around returns: what customers report, reasons of sellers, labels, repairs."""
