"""URLs of the pages of products, under /dashboard/."""

from django.urls import path

from fulfillment.dashboard.views import products

urlpatterns = [
    path("products/", products.products, name="dashboard_products"),
    path("products/new/", products.new, name="dashboard_new_product"),
    path("products/<uuid:pk>/", products.product, name="dashboard_product"),
    path("products/<uuid:pk>/edit/", products.edit, name="dashboard_edit_product"),
    path("products/<uuid:pk>/archive/", products.archive, name="dashboard_archive_product"),
    path("products/<uuid:pk>/barcodes/", products.add_code, name="dashboard_add_barcode"),
    path("products/<uuid:pk>/parts/", products.add_one_part, name="dashboard_add_part"),
    path("parts/<uuid:pk>/remove/", products.remove_one_part, name="dashboard_remove_part"),
    path("products/<uuid:pk>/picture/", products.picture, name="dashboard_picture"),
    path(
        "products/<uuid:pk>/picture/remove/",
        products.remove_one_picture,
        name="dashboard_remove_picture",
    ),
    path("products/<uuid:pk>/aliases/", products.add_alias, name="dashboard_add_alias"),
    path("barcodes/<uuid:pk>/remove/", products.remove_code, name="dashboard_remove_barcode"),
    path("aliases/<uuid:pk>/forget/", products.forget_alias, name="dashboard_forget_alias"),
]
