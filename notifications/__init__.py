"""Who is told: kinds, planning, guards, words, delivery, consent, reports."""
