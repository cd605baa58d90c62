"""PostgreSQL, Valkey and Celery."""

from fulfillment.settings.env import env, env_bool, env_database, env_int, env_url
from fulfillment.settings.site import DEBUG, PROCESS_NAME

# Data
DATABASES = {
    "default": env_database("DATABASE_URL", "postgresql:///fulfillment" if DEBUG else None)
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
}
OPTIONS = {
    "connect_timeout": 5,
    "application_name": PROCESS_NAME,
    # Prepared statements only where we ask for them; a pooler in transaction mode allows none.
    "prepare_threshold": 1_000_000 if env_bool("DATABASE_PREPARE", True) else None,
    # Our statements are short: compiling one, after a wrong estimate, takes longer than running it.
    "options": "-c jit=off "
    + " ".join(
        f"-c {name}={milliseconds}"
        for name, milliseconds in {
            "statement_timeout": env_int("STATEMENT_TIMEOUT_MS", 30_000),
            "idle_in_transaction_session_timeout": 30_000,
            "lock_timeout": 5_000,
        }.items()
    ),
}
DATABASES["default"]["OPTIONS"] |= OPTIONS
# A hot standby, from which pages are read that may be a moment old.
READ_DATABASE = env_database("READ_DATABASE_URL", "") if env("READ_DATABASE_URL", "") else None
READ_DATABASE_SECONDS = env_int("READ_DATABASE_SECONDS", 2)
if READ_DATABASE is not None:
    # Where its machine is gone, a connection ends after two seconds, not after minutes.
    READ_DATABASE["OPTIONS"] = (
        OPTIONS | {"connect_timeout": 2, "tcp_user_timeout": 2000} | READ_DATABASE["OPTIONS"]
    )
# The address of the owner of the tables, who migrates, backs up and restores.
OWNER_DATABASE_URL = env("MIGRATION_DATABASE_URL", "") or env(
    "DATABASE_URL", "postgresql:///fulfillment" if DEBUG else None
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env_url(
    "REDIS_URL",
    "redis://127.0.0.1:6379/0" if DEBUG else None,
    ("redis", "rediss", "redis+socket", "unix"),
)
# Celery only carries wake-ups: tasks read what is due from PostgreSQL, so a lost or repeated one is harmless.

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
CELERY_TASK_ROUTES = ("fulfillment.celery.own_queue",)
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
