"""The directory: LEAs, schools and SELPAs. Roles are granted on these (see `accounts`)."""

from typing import ClassVar

from django.db import models


class OrganizationKind(models.TextChoices):
    LEA = "LEA", "LEA"
    SCHOOL = "SCHOOL", "School"
    SELPA = "SELPA", "SELPA"


class Organization(models.Model):
    """An LEA or school (7-digit CDS code) or a SELPA (4-digit code).

    Unique by kind and code, not by code: an independently reporting charter is an LEA and a school under one code.
    A school has a parent LEA. The pseudo-schools of placements (`ods.directory.PSEUDO_SCHOOLS`) belong to every LEA
    and are no rows of this table.
    """

    Kind = OrganizationKind

    kind = models.CharField(choices=OrganizationKind.choices)
    code = models.CharField()
    name = models.CharField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="schools")
    members: "models.ManyToManyField[Organization, SelpaMembership]" = models.ManyToManyField(
        "self", through="SelpaMembership", through_fields=("selpa", "lea"), symmetrical=False, related_name="selpas"
    )

    class Meta:
        ordering: ClassVar = ["name", "code", "kind"]
        # The state's roles, one codename each, and the administering roles of the other systems (ods-extracts 3).
        # `default_permissions` stay: the directory itself is maintained in Django admin.
        permissions: ClassVar = [
            ("senr_edit", "SENR Edit"),
            ("sinf_edit", "SINF Edit"),
            ("sela_edit", "SELA Edit"),
            ("sprg_edit", "SPRG Edit"),
            ("sped_edit", "SPED Edit"),
            ("sdem_edit", "SDEM Edit"),
            ("sass_edit", "SASS Edit"),
            ("crse_edit", "CRSE Edit"),
            ("scse_edit", "SCSE Edit"),
            ("scte_edit", "SCTE Edit"),
            ("stas_edit", "STAS Edit"),
            ("sinc_edit", "SINC Edit"),
            ("psts_edit", "PSTS Edit"),
            ("psts_for_sped_students_edit", "PSTS for SPED Students Edit"),
            ("sdis_edit", "SDIS Edit"),
            ("swav_edit", "SWAV Edit"),
            ("direct_certification", "Direct Certification"),
            ("student_search", "Student Search"),
            ("selpa_reports", "SELPA Reports"),
            ("rosters_manage", "Rosters Manage"),
            ("siras_manage", "SIRAS Manage"),
            ("rop_administer", "ROP Administer"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code"], name="organization_kind_code"),
            models.CheckConstraint(
                name="organization_parent",
                condition=models.Q(kind="SCHOOL", parent__isnull=False)
                | models.Q(kind__in=["LEA", "SELPA"], parent__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """The words of the organisation selector: `Name - 1234567` (wire contract 2)."""
        return f"{self.name} - {self.code}"


class SelpaMembership(models.Model):
    """An LEA's membership in a SELPA, from a day to a day, both included; open while `until` is empty."""

    selpa = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    lea = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="selpa_memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["selpa", "lea", "since"], name="selpa_membership_key"),
            models.CheckConstraint(
                name="selpa_membership_dates",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lea} in {self.selpa}"
