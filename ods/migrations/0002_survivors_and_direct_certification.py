"""Whom a retired SSID's records show now, kept beside the chain of retirements; Direct Certification
results; and an index by which Cumulative Enrollment finds the information of a student."""

import django.db.models.deletion
from django.db import migrations, models


def fill_survivors(apps, schema_editor):
    """The end of each chain there is already; it has no circle."""
    identities = apps.get_model("ods", "StudentIdentity").objects
    for identity in identities.filter(retired_by__isnull=False):
        last = identity
        while last.retired_by_id is not None:
            last = identities.get(pk=last.retired_by_id)
        identity.survivor = last
        identity.save(update_fields=["survivor"])


class Migration(migrations.Migration):
    dependencies = [
        ("ods", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="studentidentity",
            name="survivor",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ods.studentidentity",
            ),
        ),
        migrations.RunPython(fill_survivors, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="DirectCertification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("academic_year", models.CharField()),
                ("ssid", models.CharField()),
                ("current_ssid", models.CharField()),
                ("certification_date", models.DateField()),
                ("certification_status", models.CharField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["academic_year", "current_ssid"], name="direct_certification_student")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("academic_year", "ssid"), name="direct_certification_key")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="studentinformation",
            index=models.Index(fields=["reporting_lea", "current_ssid", "effective_start_date"], name="sinf_student"),
        ),
    ]
