"""Limits of what one client may ask: sizes of bodies, rates, and whose word about clients counts."""

from fulfillment.settings.env import env_int, env_networks

# The proxies that say truly, in X-Forwarded-For, who asks; nobody else is believed.
TRUSTED_PROXIES = env_networks("TRUSTED_PROXIES")

# The largest body of a request, and of a request to some doors, by how their paths begin.
MAX_BODY_BYTES = 1024 * 1024
BODY_LIMITS = [
    ("/api/v1/orders/bulk/", 8 * 1024 * 1024),  # 1,000 orders, each of many lines
    ("/dashboard/products/", 6 * 1024 * 1024),  # the picture of a product
    ("/api/v1/products/", 7 * 1024 * 1024),  # the same in base64
    ("/api/", MAX_BODY_BYTES),  # an order with as many lines as it may have
    ("/dashboard/imports/new/", 16 * 1024 * 1024),  # a file, and what a form adds to it
    ("/hooks/", MAX_BODY_BYTES),  # a shop's order, a batch of a provider's reports
    ("/warehouse/inbound/*/damaged/", 6 * 1024 * 1024),  # a photo
    ("/warehouse/returns/*/photo/", 6 * 1024 * 1024),  # of what came back
    ("/track/*/problem/", 16 * 1024 * 1024),  # a report with three photos
    ("/track/*/return/", 16 * 1024 * 1024),  # the same of what is to be returned
    ("/track/", 256 * 1024),
    ("/accounts/", 64 * 1024),
]
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a form with two fields for each of 2000 lines
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Threads of Django, each with a connection to PostgreSQL, in one process of the web server.
WEB_THREADS = env_int("WEB_THREADS", 4)

# Rates: the most in a minute, over all processes together; 0 is no limit.
RATE_API_KEY = env_int("RATE_API_KEY", 6000)  # requests with one API key
RATE_HOOK = env_int("RATE_HOOK", 3000)  # calls of one webhook from one network
RATE_STRANGER = env_int("RATE_STRANGER", 600)  # requests of who has not signed in, by network
# The networks that the operator's pages (fulfillment/accounts/gate.py) answer; empty is every one.
ADMIN_NETWORKS = env_networks("ADMIN_NETWORKS")
# Failed sign-ins in ten minutes from one network: to one account, and to all.
RATE_SIGN_IN = env_int("RATE_SIGN_IN", 10)
RATE_SIGN_IN_NETWORK = env_int("RATE_SIGN_IN_NETWORK", 50)

# After so many idle seconds a shared scanner asks for the PIN again; 0 is never.
FLOOR_LOCK_SECONDS = env_int("FLOOR_LOCK_SECONDS", 300)
