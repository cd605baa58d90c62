"""Who gets in: members and invitations, passwords, second factors, sessions."""
