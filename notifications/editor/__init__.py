"""The editor of custom texts: versions, validation, preview, test e-mail, dry run."""
