"""Texts of sellers: versions, preview, test mail, dry run."""
