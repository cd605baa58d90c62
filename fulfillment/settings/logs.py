"""The LOGGING setting: JSON lines in production, readable text in development."""

from typing import Any

import structlog

from fulfillment.settings.masking import mask_values

# Loggers of every wake-up, many a minute: only their warnings are logged.
TALKATIVE = ("celery.app.trace", "celery.worker.strategy", "celery.beat", "mail.log")


def logging_of(*, readable: bool, level: str) -> dict[str, Any]:
    """The setting LOGGING: everything to the console, a line each."""
    line = {"()": "fulfillment.settings.logs.formatter", "readable": readable}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Django's own handlers would write without masks, one of them by mail.
        "loggers": {name: {"level": "WARNING"} for name in TALKATIVE}
        | {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
    }


def formatter(*, readable: bool) -> structlog.stdlib.ProcessorFormatter:
    """A logging formatter; JSON also keeps a newline in a value from forging a second line."""
    last = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_values,
            last,
        ],
    )
