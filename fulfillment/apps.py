"""The portal as an app, and which site the operator's admin is."""

from django.apps import AppConfig
from django.contrib.admin import apps

from fulfillment import checks


class OperatorAdminConfig(apps.SimpleAdminConfig):
    """Django's admin with our site instead of its own, looked up when first used."""

    default = False  # or Django takes it for the configuration of this package
    default_site = "fulfillment.admin_site.OperatorSite"


class PortalConfig(AppConfig):
    """The portal itself: pages over the three apps, and no tables."""

    default = True
    name = "fulfillment"
    checks = checks
