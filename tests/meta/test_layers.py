"""What import-linter does not see: foreign keys named by string."""

from django.apps import apps
from django.conf import settings

LAYERS = [
    {"wire"},
    {"ods"},
    {"accounts"},
    {"jobs"},
    {"extracts"},
    {"submissions", "ssid_matching", "rosters", "siras_export", "rop_export", "histories"},
    {"calpads_portal"},
]
RANK = {app: rank for rank, layer in enumerate(LAYERS) for app in layer}


def test_every_app_of_ours_has_its_layer() -> None:
    installed = {name.partition(".")[0] for name in settings.INSTALLED_APPS}
    assert installed & RANK.keys() == installed - {"django", "guardian", "django_htmx", "csp"}


def test_no_foreign_key_points_to_a_higher_layer_or_across_one() -> None:
    upward = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if here not in RANK or field.auto_created or not field.is_relation or field.related_model is None:
                continue
            there = field.related_model._meta.app_label  # type: ignore[union-attr]
            if there != here and there in RANK and RANK[there] >= RANK[here]:
                upward.append(f"{here}.{model.__name__}.{field.name} -> {there}")
    assert upward == []
