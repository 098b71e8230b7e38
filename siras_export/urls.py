"""The addresses of the SIRAS pages, as full case-blind routes."""

app_name = "siras_export"
urlpatterns: list = []
