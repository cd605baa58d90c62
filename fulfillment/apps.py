"""Which site the operator's admin is; its theme is imported when an address asks for it."""

from django.contrib.admin import apps


class OperatorAdminConfig(apps.SimpleAdminConfig):
    """Django's admin with our site instead of its own, looked up when first used."""

    default = False  # or Django takes it for the configuration of this package
    default_site = "fulfillment.admin_site.OperatorSite"
