"""The addresses of the ROP extract, as full case-blind routes."""

app_name = "rop_export"
urlpatterns: list = []
