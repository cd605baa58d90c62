"""What customers were told and by when: calendar, windows, the ledger and its watcher."""
