"""Theme of the operator's admin (django-unfold)."""

# fmt: off
_PETROL = {"50": "#eefafb", "100": "#d7f1f4", "200": "#b2e3e9", "300": "#7fcfd9", "400": "#45b1bf",
           "500": "#2694a3",
           "600": "#0f7787", "700": "#0b6372", "800": "#0d515d", "900": "#10444e", "950": "#042c35"}
# fmt: on
UNFOLD = {
    "SITE_TITLE": "Fulfillment",
    "SITE_HEADER": "Fulfillment",
    "SITE_SUBHEADER": "Operator",
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": _PETROL},
}
