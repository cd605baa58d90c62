"""Models around returns: what customers report, and the reasons that sellers let them choose."""
