"""How a log line looks: one JSON object in production, readable text in development."""

import structlog


def formatter(*, readable: bool) -> structlog.stdlib.ProcessorFormatter:
    """A logging formatter; JSON also keeps a newline in a value from forging a second line."""
    last = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso"),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    )
