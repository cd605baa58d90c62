"""Retention: for how many days each kind of row is kept; 0 is for ever."""

from fulfillment.settings.env import env_int

# Names and addresses of orders that are over; what the law wants kept is the operator's to say.
RETAIN_PERSONS_DAYS = env_int("RETAIN_PERSONS_DAYS", 0)
RETAIN_ANSWERS_DAYS = env_int("RETAIN_ANSWERS_DAYS", 400)  # of the API, by idempotency key
RETAIN_ATTEMPTS_DAYS = env_int("RETAIN_ATTEMPTS_DAYS", 400)  # to send a message
RETAIN_COPIES_DAYS = env_int("RETAIN_COPIES_DAYS", 90)  # of messages, as they were sent
RETAIN_REPORTS_DAYS = env_int("RETAIN_REPORTS_DAYS", 400)  # the words of providers' reports
RETAIN_WEBHOOKS_DAYS = env_int("RETAIN_WEBHOOKS_DAYS", 30)  # deliveries with their attempts
RETAIN_CALLS_DAYS = env_int("RETAIN_CALLS_DAYS", 90)  # of shops, as they came
RETAIN_IMPORTS_DAYS = env_int("RETAIN_IMPORTS_DAYS", 90)  # uploaded files, with what was read
RETAIN_SCANS_DAYS = env_int("RETAIN_SCANS_DAYS", 90)
RETAIN_JOBS_DAYS = env_int("RETAIN_JOBS_DAYS", 90)  # acts on many orders, with their results
RETAIN_MARKS_DAYS = env_int("RETAIN_MARKS_DAYS", 90)  # who sees to a matter, since it was said
RETAIN_PHOTOS_DAYS = env_int("RETAIN_PHOTOS_DAYS", 90)  # of problems that were answered
RETAIN_SERIALS_DAYS = env_int("RETAIN_SERIALS_DAYS", 0)  # of units, since they left
RETAIN_STRAYS_DAYS = env_int("RETAIN_STRAYS_DAYS", 90)  # codes read on parcels of no order
RETAIN_PRINTS_DAYS = env_int("RETAIN_PRINTS_DAYS", 90)  # what printers of benches were to print
RETAIN_DAMAGE_DAYS = env_int("RETAIN_DAMAGE_DAYS", 90)  # photos of what arrived damaged
