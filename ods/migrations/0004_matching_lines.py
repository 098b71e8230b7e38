"""What the SSID Matching Tool searches: a line per student and its keys, filled from the records there are."""

from django.db import migrations, models


def fill(apps, schema_editor):
    """Through the function that posting uses; nothing to do in a new database."""
    if apps.get_model("ods", "StudentEnrollment").objects.exists():
        from ods.matching_lines import rebuild  # noqa: PLC0415  # not before the tables are there

        rebuild()


class Migration(migrations.Migration):
    dependencies = [
        ("ods", "0003_extract_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedStudent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ssid", models.CharField()),
            ],
            options={"db_table": "ods_changedstudent"},
        ),
        migrations.CreateModel(
            name="IdentityKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "identity", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.IntegerField()),
                ("identity", models.IntegerField()),
            ],
            options={"db_table": "ods_identitykey"},
        ),
        migrations.CreateModel(
            name="IdentityLine",
            fields=[
                ("identity", models.IntegerField(primary_key=True, serialize=False)),
                ("enrollment", models.BigIntegerField()),
                ("line", models.TextField()),
            ],
            options={"db_table": "ods_identityline"},
        ),
        migrations.AddIndex(
            model_name="studentenrollment",
            index=models.Index(fields=["current_ssid", "enrollment_start_date"], name="senr_student"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
