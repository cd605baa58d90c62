"""App configurations: the portal, and the admin site of the operator."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps
from django.core.checks import register
from django.utils.module_loading import import_string

from fulfillment import checks


class OperatorAdminConfig(apps.SimpleAdminConfig):
    """Django's admin with our OperatorSite as default site."""

    default = False  # of two AppConfigs in this package Django takes the other one
    default_site = "fulfillment.admin_site.OperatorSite"


class PortalConfig(AppConfig):
    """The app of the portal: pages over the three apps, no models."""

    default = True
    name = "fulfillment"
    checks = checks

    def ready(self) -> None:
        """Check the customer's pages, and export traces where a collector is set.

        Named, for both need models or libraries that this module cannot import.
        """
        register(import_string("fulfillment.tracking.checks.know_every_phrase"))
        if settings.TRACES_URL:
            start = import_string("fulfillment.observability.tracing.start")
            start(settings.TRACES_URL, settings.PROCESS_NAME)
