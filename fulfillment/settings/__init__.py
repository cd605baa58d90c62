"""Every setting, read from the environment only; a wrong value stops the start and names itself."""

import os
import re
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from fulfillment.settings.admin_look import UNFOLD  # noqa: F401 the operator's admin
from fulfillment.settings.env import (
    env,
    env_bool,
    env_choice,
    env_database,
    env_decimal,
    env_int,
    env_list,
    env_needed,
    env_numbers,
    env_url,
)  # fmt: skip
from fulfillment.settings.logs import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}

# The process

DEBUG = env_bool("DEBUG")
PROCESS_NAME = env("PROCESS_NAME", "fulfillment")
# A folder of fuses that kill a process at a named point, for tests of what comes after.
CRASH_POINTS = env("CRASH_POINTS", "")
if CRASH_POINTS and not DEBUG:
    raise ImproperlyConfigured("CRASH_POINTS kills processes on purpose: it needs DEBUG to be 1.")
VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var"))).resolve()
SECRET_KEY = env("SECRET_KEY", "only-for-development-" + "0" * 40 if DEBUG else None)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# Tracking links outlive a rotation of SECRET_KEY, so they may have a key of their own.
TRACKING_KEY = env("TRACKING_KEY", SECRET_KEY)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(sorted(LOCAL_HOSTS)) if DEBUG else "")
SITE_URL = env_url(
    "SITE_URL", "http://127.0.0.1:8000" if DEBUG else None, ("http", "https")
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", SITE_URL)
if DEBUG and (public := set(ALLOWED_HOSTS) - LOCAL_HOSTS):
    raise ImproperlyConfigured(
        f"DEBUG is on and ALLOWED_HOSTS has {', '.join(sorted(public))}: "
        "DEBUG shows secrets, so it allows only localhost, 127.0.0.1 and [::1]."
    )

ROOT_URLCONF = "fulfillment.urls"
WSGI_APPLICATION = "fulfillment.wsgi.application"

INSTALLED_APPS = [
    "fulfillment",
    "unfold.apps.BasicAppConfig",
    "fulfillment.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "rest_framework",
    "anymail",
    "orders",
    "warehouse",
    "notifications",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fulfillment.middleware.PagePolicy",
    "fulfillment.middleware.Sessions",
    "fulfillment.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fulfillment.middleware.Authentication",
    "fulfillment.middleware.FlashMessages",
    "allauth.account.middleware.AccountMiddleware",
    "fulfillment.middleware.ViewerMiddleware",
    "fulfillment.middleware.DomainErrorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEXT_CONTEXT = ["django.template.context_processors.i18n", "django.template.context_processors.tz"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *TEXT_CONTEXT,
                "fulfillment.context.navigation",
            ],
        },
    },
    {
        # Plain text (mail subjects and bodies, SMS): escaping would turn O'Neil into O&#x27;Neil.
        "NAME": "text",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"autoescape": False, "context_processors": TEXT_CONTEXT},
    },
]

# Data
DATABASES = {
    "default": env_database("DATABASE_URL", "postgresql:///fulfillment" if DEBUG else None)
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    "application_name": PROCESS_NAME,
    # Only the hot statements ask to be prepared; behind a pooler that shares connections, none may.
    "prepare_threshold": 1_000_000 if env_bool("DATABASE_PREPARE", True) else None,
    "options": " ".join(
        f"-c {name}={milliseconds}"
        for name, milliseconds in {
            "statement_timeout": env_int("STATEMENT_TIMEOUT_MS", 30_000),
            "idle_in_transaction_session_timeout": 30_000,
            "lock_timeout": 5_000,
        }.items()
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env_url(
    "REDIS_URL",
    "redis://127.0.0.1:6379/0" if DEBUG else None,
    ("redis", "rediss", "redis+socket", "unix"),
)
MAX_BODY_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

# Sign-in

AUTH_USER_MODEL = "orders.User"
AUTHENTICATION_BACKENDS = ["orders.accounts.sign_in.ViewerBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "orders.accounts.sign_in.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Security
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],  # the operator's admin theme evaluates expressions
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# Language and time: stored in UTC, shown in the zone of the seller, warehouse or place of delivery.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["fulfillment.api.permissions.NamesItsRoles"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "fulfillment.api.negotiation.JsonOnly",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "fulfillment.api.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
}

# What happens when something happened: architecture in one list each

EVENT_SUBSCRIBERS = [
    "warehouse.stock.subscriber.on_events",
    "notifications.planning.subscriber.on_events",
    "notifications.webhooks.planning.on_events",
    # Last: what it records of promises follows the fact.
    "orders.promises.subscriber.on_events",
]
# Rows that a new order brings beside its own; written in the one statement of the intake.
INTAKE_ROWS = ["notifications.planning.subscriber.rows_for_intake"]
# SQL of further inserts that join its events and orders: (name of events, name of orders) -> text.
INTAKE_STATEMENTS = ["notifications.webhooks.planning.statement_for_intake"]
# Which background task looks for work after which event kinds; "*" is any.
WAKE_UPS = {
    "notifications.tasks.send_due": {"*"},
    "notifications.tasks.send_webhooks": {"*"},
    "warehouse.tasks.allocate_due": {
        "order.received",
        "order.line_linked",
        "order.backordered",
        "hold.released",
        "stock.received",
        "stock.ran_short",
        "stock.adjusted",
        "return_line.restocked",
        "shipment.cancelled",
    },
}
# In a rush a task whose work is cheaper together rests some seconds between two wake-ups; the sweep finds the rest.
WAKE_UP_RESTS = {"notifications.tasks.send_webhooks": 0.25, "warehouse.tasks.allocate_due": 0.25}
# What other apps add to the page of an order: (order, viewer) -> {"template", ...}; `timeline` lines join its history.
ORDER_PANELS = [
    "fulfillment.dashboard.queries.picks.order_panel",
    "fulfillment.dashboard.queries.messages.order_panel",
]
# What other apps add to the tracking page: (token) -> {"template", ...}; they ask no database.
TRACK_PANELS = ["fulfillment.dashboard.queries.messages.track_panel"]
# What other apps add to "needs attention": (viewer) -> {"template", "count", ...}; shown where count is not 0.
ATTENTION_PANELS = [
    "fulfillment.dashboard.queries.messages.stop_panel",
    "fulfillment.dashboard.queries.messages.attention_panel",
    "fulfillment.dashboard.queries.webhooks.attention_panel",
]

# Celery only wakes: every task looks in PostgreSQL for what is due, so a lost or doubled one is harmless.

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "fulfillment:",
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "socket_keepalive": not REDIS_URL.startswith(("redis+socket", "unix")),
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_DB_REUSE_MAX = 1000
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = env_int("SWEEP_SECONDS", 15)
CELERY_BEAT_SCHEDULE = {
    "sweep messages": {"task": "notifications.tasks.send_due", "schedule": SWEEP_SECONDS},
    "sweep orders": {"task": "warehouse.tasks.allocate_due", "schedule": SWEEP_SECONDS},
    "watch promises": {"task": "orders.tasks.watch_promises", "schedule": 60},
    "promise planned runs": {"task": "warehouse.tasks.promise_planned_runs", "schedule": 60},
    "return claims of silent workers": {
        "task": "notifications.tasks.recover_claims",
        "schedule": 5,
    },
    "match receipts": {"task": "notifications.tasks.match_receipts", "schedule": 5},
    "sweep webhooks": {"task": "notifications.tasks.send_webhooks", "schedule": 5},
    "forget old webhooks": {"task": "notifications.tasks.forget_webhooks", "schedule": 3600},
}

# Messages
EMAIL_PROVIDER = env("EMAIL_PROVIDER", "smtp")  # smtp, or a provider that django-anymail knows
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_PROVIDER == "smtp"
    else f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
)
# ANYMAIL_POSTMARK_SERVER_TOKEN=... becomes ANYMAIL["POSTMARK_SERVER_TOKEN"].
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_")
}
ANYMAIL.setdefault("REQUESTS_TIMEOUT", (10, 30))
# user:password of the providers that sign nothing; two, separated by a comma, while it is changed.
ANYMAIL["WEBHOOK_SECRET"] = env_list("ANYMAIL_WEBHOOK_SECRET")
if not all(":" in secret for secret in ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET: expected user:password.")
EMAIL_HOST = env("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env_int("EMAIL_PORT", 1025 if DEBUG else 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", not DEBUG)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "orders@fulfillment.example")
SMS_PROVIDER = env_choice("SMS_PROVIDER", "http", ("http", "twilio", "vonage", "apprise"))
SMS_SENDER = env("SMS_SENDER", "Fulfillment")
# Our own numbers, by country: senders that can be answered.
SMS_NUMBERS = env_numbers("SMS_NUMBERS")
# Whatever sellers choose: texts a day of each, and countries (empty: those a seller chooses).
SMS_DAILY_MOST = env_int("SMS_DAILY_MOST", 10_000)
SMS_COUNTRIES = [name.upper() for name in env_list("SMS_COUNTRIES")]
SMS_TIMEOUT = env_int("SMS_TIMEOUT", 15)
# What one segment of a text message costs, in minor units; with 0, dry runs show segments only.
SMS_SEGMENT_PRICE = env_decimal("SMS_SEGMENT_PRICE", "0")
SMS_SEGMENT_CURRENCY = env("SMS_SEGMENT_CURRENCY", "EUR")
if not re.fullmatch("[A-Z]{3}", SMS_SEGMENT_CURRENCY, re.ASCII):
    raise ImproperlyConfigured("SMS_SEGMENT_CURRENCY is no currency: expected one like EUR.")
# Notifications in browsers: `manage.py vapid_keys` makes the key; without one there are none.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = env("VAPID_SUBJECT", "")
PUSH_TIMEOUT = env_int("PUSH_TIMEOUT", 10)
# The services of Chrome, Firefox, Safari and Edge: nobody else is asked to pass notifications on.
PUSH_HOSTS = env_list(
    "PUSH_HOSTS", "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com"
)
if VAPID_PRIVATE_KEY and not VAPID_SUBJECT.startswith("mailto:"):
    raise ImproperlyConfigured("VAPID_SUBJECT is not mailto:…: push services write to it.")
if VAPID_PRIVATE_KEY and not re.fullmatch(r"[\w-]{43}", VAPID_PRIVATE_KEY, re.ASCII):
    raise ImproperlyConfigured("VAPID_PRIVATE_KEY is not one: manage.py vapid_keys makes one.")
# Addresses that others name (webhooks, push services) may then be http and on this machine.
WEBHOOK_ALLOW_LOCAL = env_bool("WEBHOOK_ALLOW_LOCAL")
if WEBHOOK_ALLOW_LOCAL and not DEBUG:
    raise ImproperlyConfigured("WEBHOOK_ALLOW_LOCAL opens our network: it needs DEBUG to be 1.")
SMS_PER_NUMBER = env_int("SMS_PER_NUMBER", 5)  # texts an hour to one number
_http, _twilio, _vonage, _apprise = (
    f"SMS_PROVIDER={name}" if name == SMS_PROVIDER else ""
    for name in ("http", "twilio", "vonage", "apprise")
)
SMS_URL = env_url(
    "SMS_URL",
    "http://127.0.0.1:8026/messages" if DEBUG else None if _http else "http://none.invalid/",
    ("http", "https"),
)
SMS_TOKEN = env("SMS_TOKEN", "")
SMS_HOOK_SECRET = env("SMS_HOOK_SECRET", "")  # of the gateway behind SMS_URL, for what it reports
TWILIO_URL = env_url("TWILIO_URL", "https://api.twilio.com", ("http", "https")).rstrip("/")
TWILIO_ACCOUNT_SID = env_needed("TWILIO_ACCOUNT_SID", _twilio)
TWILIO_AUTH_TOKEN = env_needed("TWILIO_AUTH_TOKEN", _twilio)
TWILIO_MESSAGING_SERVICE_SID = env("TWILIO_MESSAGING_SERVICE_SID", "")
VONAGE_URL = env_url("VONAGE_URL", "https://rest.nexmo.com", ("http", "https")).rstrip("/")
VONAGE_API_KEY = env_needed("VONAGE_API_KEY", _vonage)
VONAGE_API_SECRET = env_needed("VONAGE_API_SECRET", _vonage)
VONAGE_SIGNATURE_SECRET = env_needed("VONAGE_SIGNATURE_SECRET", _vonage)
SMS_APPRISE_URL = env_needed("SMS_APPRISE_URL", _apprise)
if _apprise and find_spec("apprise") is None:
    raise ImproperlyConfigured(f"{_apprise} needs the package apprise, which is not installed.")
if _apprise and "{to}" not in SMS_APPRISE_URL:
    raise ImproperlyConfigured("SMS_APPRISE_URL has no {to}: it stands for the number.")
# A worker's action may be undone this long before its messages leave; 0 sends at once.
UNDO_HOLD_SECONDS = env_int("UNDO_HOLD_SECONDS", 60)
# Messages a second that a provider takes, over all workers together; 0 is as fast as it goes.
SEND_RATES = {"email": env_int("EMAIL_RATE", 0), "sms": env_int("SMS_RATE", 0)}
# At most so many worker processes send through one provider: one that hangs leaves the rest free.
SENDERS_PER_CHANNEL = env_int("SENDERS_PER_CHANNEL", max(env_int("WORKER_CONCURRENCY", 2) // 2, 1))
# The mails and texts that the catcher of `manage.py up` received; /dev/outbox/ shows them.
DEV_OUTBOX_DIR = VAR_DIR / "outbox"

# Logs: one JSON object a line in production, readable in development
LOGGING = logging_of(readable=DEBUG, level=env("LOG_LEVEL", "INFO"))
