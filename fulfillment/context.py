"""What every page needs to draw its navigation."""


def navigation(request):
    """`viewer`: who looks, or nobody."""
    return {"viewer": getattr(request, "viewer", None)}
