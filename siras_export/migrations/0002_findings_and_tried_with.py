from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("siras_export", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="build",
            name="findings",
            field=models.JSONField(default=dict, help_text="rows.FINDINGS to number, kept one by one or not"),
        ),
        migrations.AddField(
            model_name="run",
            name="tried_with",
            field=models.CharField(blank=True, help_text="profiles.connection_mark at the last attempt"),
        ),
    ]
