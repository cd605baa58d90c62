"""Settings of the process, the site, security headers, languages and the API."""

import os
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from fulfillment.settings.admin_look import UNFOLD  # noqa: F401 the operator's admin
from fulfillment.settings.env import (
    env,
    env_bool,
    env_int,
    env_list,
    env_secret,
    env_secrets,
    env_url,
)
from fulfillment.settings.limits import TRUSTED_PROXIES
from fulfillment.settings.logs import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}

# The process

DEBUG = env_bool("DEBUG")
PROCESS_NAME = env("PROCESS_NAME", "fulfillment")
# A folder of fuses (orders/crash.py), for crash tests only.
CRASH_POINTS = env("CRASH_POINTS", "")
if CRASH_POINTS and not DEBUG:
    raise ImproperlyConfigured("CRASH_POINTS kills processes on purpose: it needs DEBUG to be 1.")
VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var"))).resolve()
SECRET_KEY = env_secret(
    "SECRET_KEY", "only-for-development-" + "0" * 40 if DEBUG else None, checked=not DEBUG
)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# Tracking links outlive a rotation of SECRET_KEY, so they have keys of their own: new orders get
# the first, and the links of earlier orders are printed with the one that they were made with.
TRACKING_KEYS = env_secrets("TRACKING_KEY", SECRET_KEY if DEBUG else None, checked=not DEBUG)
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
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "rest_framework",
    "anymail",
    "orders",
    "warehouse",
    "notifications",
]

MIDDLEWARE = [
    "fulfillment.middleware.WithoutReach",
    "fulfillment.serving.clients.ClientMiddleware",
    "fulfillment.observability.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fulfillment.middleware.PrivateMiddleware",
    "fulfillment.serving.replica.ActedMiddleware",
    "fulfillment.serving.bodies.BodySizeMiddleware",
    "fulfillment.serving.keys_in_urls.KeyInUrlMiddleware",
    "fulfillment.middleware.PagePolicy",
    "fulfillment.middleware.Sessions",
    "fulfillment.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fulfillment.middleware.Authentication",
    "fulfillment.serving.rate_limits.RateMiddleware",
    "fulfillment.middleware.FlashMessages",
    "allauth.account.middleware.AccountMiddleware",
    "fulfillment.middleware.ViewerMiddleware",
    "fulfillment.middleware.Seats",
    "fulfillment.accounts.gate.OperatorNetworks",
    "fulfillment.accounts.gate.SecondFactorGate",
    "fulfillment.serving.next_screen.NextScreenMiddleware",
    "fulfillment.middleware.ErrorMiddleware",
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
                "fulfillment.accounts.context.sign_in",
                "fulfillment.context.request_id",
            ],
            "libraries": {"customer_words": "fulfillment.tracking.tags"},
            "builtins": ["orders.words.tags", "fulfillment.spoken.tags"],
        },
    },
    {
        # Plain text (mail subjects and bodies, SMS): escaping would turn O'Neil into O&#x27;Neil.
        "NAME": "text",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "autoescape": False,
            "context_processors": TEXT_CONTEXT,
            "builtins": ["orders.words.tags"],
        },
    },
    {
        # Parts of which a page has many, such as rows: only {% part %} asks for them.
        "NAME": "parts",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "fulfillment.spoken.jinja.environment"},
    },
]

# Sign-in: fulfillment/settings/sign_in.py has the rest
AUTH_USER_MODEL = "orders.User"
LOGIN_URL = "account_login"

# Security
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", HTTPS)
# A proxy that speaks TLS says so in X-Forwarded-Proto, and where a request came from in
# X-Forwarded-For. Anybody can send both, so whoever sets this names the proxies.
BEHIND_PROXY = env_bool("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
if BEHIND_PROXY and DEBUG:
    raise ImproperlyConfigured("BEHIND_PROXY and DEBUG are on: DEBUG shows secrets to everybody.")
if BEHIND_PROXY and not TRUSTED_PROXIES:
    raise ImproperlyConfigured(
        "BEHIND_PROXY is on and TRUSTED_PROXIES is empty: name the proxy's address, as 10.0.0.5."
    )
if SECURE_SSL_REDIRECT and "BEHIND_PROXY" not in os.environ:
    raise ImproperlyConfigured(
        "BEHIND_PROXY is not set and SITE_URL is https: behind a proxy that speaks TLS every page "
        "would redirect to itself. Set 1 behind one, 0 where the web server speaks TLS."
    )
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
# A cookie that is signed for one purpose is of no use for another (CVE-2026-6873).
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
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
# WebAssembly: compiled by the browser, without leave to make scripts out of texts.
COMPILED = "'wasm-unsafe-eval'"

# The theme of the operator's admin evaluates expressions and writes styles; the rest is as above.
ADMIN_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}

# Language and time: stored in UTC, shown in the zone of the seller, warehouse or place of delivery.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = None
# A catalogue a language, for the pages that fulfillment/spoken/ names.
WORDS_FOLDER = BASE_DIR / "locale"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# The viewer of the API's schema comes with a package; its other viewer is not served.
_sidecar = find_spec("drf_spectacular_sidecar")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        ("swagger-ui", f"{folder}/static/drf_spectacular_sidecar/swagger-ui-dist")
        for folder in (_sidecar.submodule_search_locations or () if _sidecar else ())
    ),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "fulfillment.serving.static_files.StaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False
# Nothing links to the names without a hash, and to compress them takes as long as the others.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are for who opens a debugger: to compress them takes longer than all else.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["fulfillment.api.permissions.NamesItsRoles"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "fulfillment.api.negotiation.JsonOnly",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "fulfillment.api.errors.answer_error",
    "DEFAULT_SCHEMA_CLASS": "fulfillment.api.schema.Description",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Fulfillment",
    "VERSION": "1",
    "DESCRIPTION": "Orders in, and everything that becomes of them. Every refusal is a problem "
    "(RFC 9457). Lists come by cursor: pass `next` as `after`. Moments are in UTC.",
    "SERVERS": [{"url": SITE_URL}],
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],
    "AUTHENTICATION_WHITELIST": None,
}

# Who has this token may read /metrics; without one there is none.
METRICS_TOKEN = env("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN has fewer than 32 characters.")

# A collector of OpenTelemetry (OTLP over HTTP) that gets a trace of each order.
TRACES_URL = env("TRACES_URL", "")
if TRACES_URL and not TRACES_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("TRACES_URL starts with none of: http, https.")
if TRACES_URL and find_spec("opentelemetry") is None:
    raise ImproperlyConfigured(
        "TRACES_URL needs OpenTelemetry, which is not installed: requirements-tracing.txt."
    )

# Logs: one JSON object a line in production, readable in development
LOGGING = logging_of(readable=DEBUG, level=env("LOG_LEVEL", "INFO"))
