"""The forms of the SIRAS pages. What cannot work is refused here, in words that say what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email

from accounts.sealing import sealed
from siras_export.code_maps import GRADES, KINDS
from siras_export.fields import REQUIRED, by_key, fields, squeezed
from siras_export.models import CodeMapping, Profile, SchoolCode
from siras_export.receiving.values import read_value
from siras_export.transport import BadKey, private_key

DAYS = [
    ("0", "Monday"), ("1", "Tuesday"), ("2", "Wednesday"), ("3", "Thursday"), ("4", "Friday"), ("5", "Saturday"),
    ("6", "Sunday"),
]  # fmt: skip
OWN_NAMES = {"studentdata.csv", "servicedata.csv", "504studentdata.csv", "tablea.csv", "tableb.csv"}
"""Files SIRAS itself writes into the district's directory (spec, section 1)."""
LAYOUT_FIELDS = (
    "file_type", "file_name", "separate_504", "file_name_504", "header_style", "columns", "student_filter", "with_sst",
    "ethnicity_codes", "language_codes", "residence_codes",
)  # fmt: skip
"""What SIRAS has approved: with a change of any of these the profile is a draft again."""
MOST_OF_LOG = 64 << 20
"""Bytes of a log: some lines for each of 100,000 students."""
_PORT = "Give a port from 1 to 65535; SIRAS names 7472."
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]*", re.ASCII)
_DAY = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_LATEST_HOUR = 6


if TYPE_CHECKING:
    _ProfileForm = forms.ModelForm[Profile]
else:
    _ProfileForm = forms.ModelForm  # is generic for the type checker alone


class ProfileForm(_ProfileForm):
    """The whole profile. Secrets are written, never shown: a blank field keeps what there is."""

    password = forms.CharField(
        label="Password", required=False, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted and never shown. Blank keeps the one there is.",
    )  # fmt: skip
    key = forms.CharField(
        label="Private key", required=False, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text="Instead of the password or beside it: OpenSSH or PEM text. Blank keeps the one there is.",
    )  # fmt: skip
    passphrase = forms.CharField(
        label="Passphrase of the key", required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    forget = forms.BooleanField(label="Forget the kept password and key", required=False)
    columns = forms.MultipleChoiceField(
        label="Columns", choices=[(field.key, field.header) for field in fields()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick the columns of the file."},
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label="Nights", choices=DAYS, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one night."},
    )  # fmt: skip
    summer_from = forms.CharField(label="First night without import", help_text="MM/DD. In 2025 it was 06/08.")
    summer_until = forms.CharField(label="First night with import again", help_text="MM/DD. In 2025 it was 08/01.")
    at = forms.TimeField(
        label="Time", input_formats=["%H:%M", "%I:%M %p"], widget=forms.TimeInput(format="%H:%M"),
        error_messages={"invalid": "Give the time as HH:MM, such as 00:15."},
        help_text="HH:MM, Pacific time. SIRAS asks for 00:00 to 01:00; it begins to import at 2 AM.",
    )  # fmt: skip
    grades = forms.CharField(
        label="Grades mapped by SIRAS", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line: grade in the file = grade in SIRAS, such as K = KN.",
    )  # fmt: skip
    headers = forms.CharField(
        label="Headers mapped by SIRAS", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line: header in the file = published header, such as Surname = Last Name.",
    )  # fmt: skip

    class Meta:
        model = Profile
        fields = (
            "host", "port", "username", "folder", "student_filter", "with_sst", "separate_504", "file_name",
            "file_name_504", "file_type", "header_style", "ethnicity_codes", "language_codes", "residence_codes", "at",
            "send_unchanged", "paused", "alarm_mails", "siras_creates", "siras_creates_504", "siras_identifying",
            "siras_by_name", "siras_sst",
        )  # fmt: skip
        labels = {
            "host": "Host",
            "port": "Port",
            "username": "User name",
            "folder": "Folder",
            "student_filter": "Students",
            "with_sst": "The SST list too, with Designation SST",
            "separate_504": "Students with a 504 plan in a file of their own",
            "file_name": "File name",
            "file_name_504": "File name for 504 plans",
            "file_type": "File type",
            "header_style": "Headers",
            "ethnicity_codes": "Federal Ethnicity",
            "language_codes": "Primary Language Code",
            "residence_codes": "Residential Status",
            "send_unchanged": "Send even when nothing has changed",
            "paused": "Pause the schedule",
            "alarm_mails": "E-mail addresses for alarms",
            "siras_creates": "creates new records of Special Ed students",
            "siras_creates_504": "creates new records of students with a 504 plan",
            "siras_identifying": "updates identifying data (Student ID, names) by loose matching",
            "siras_by_name": "looks for name and birthdate where the SSID is unknown",
            "siras_sst": "accepts the Designation SST",
        }
        help_texts = {
            "host": "SIRAS names it when it sets the district up, such as ftp.sirassystems.org.",
            "folder": "Blank for the directory the sign-in leads to, which is the district's own.",
            "with_sst": "SST is not in the published list of Designations: ask SIRAS first.",
            "separate_504": "SIRAS prefers it. Who has both stands in both files.",
            "file_name": "The same every night: SIRAS looks at each file's own history.",
            "language_codes": "Which codes SIRAS takes is not published: ask at set-up.",
            "ethnicity_codes": "Which codes SIRAS takes is not published: ask at set-up.",
            "residence_codes": "Sent only if the column is ticked.",
            "send_unchanged": "SIRAS then imports the same content again.",
            "alarm_mails": "One a line. An alarm says that something did not arrive; it holds no student data.",
            "siras_by_name": "Whether SIRAS does this is unknown.",
        }
        error_messages = {"port": dict.fromkeys(("invalid", "min_value", "max_value"), _PORT)}
        widgets = {"alarm_mails": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["header_style"].widget.choices = [
            ("labels", "Names: SSID, Last Name, School of Attendance ..."),
            ("short", "Short names: LAST_NAME, SCH_CODE, DIST_RESI ..."),
        ]
        if not self.is_bound:
            self.initial = {
                **self.initial,
                "columns": self.instance.columns,
                "weekdays": list(self.instance.days),
                "grades": "\n".join(f"{one} = {other}" for one, other in self.instance.siras_grades.items()),
                "headers": "\n".join(
                    f"{one} = {by_key()[key].header}" for one, key in self.instance.siras_headers.items()
                ),
                **{name: _slashed(getattr(self.instance, name)) for name in ("summer_from", "summer_until")},
            }

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip()
        if host and not _HOST.fullmatch(host):
            raise ValidationError("Give the host name alone, without sftp:// and folder.")
        return host

    def clean_folder(self) -> str:
        folder: str = self.cleaned_data["folder"].strip()
        if ".." in folder.split("/"):
            raise ValidationError("A folder below the district's own; .. leads out of it.")
        return folder

    def clean_file_name(self) -> str:
        return _file_name(self.cleaned_data["file_name"])

    def clean_file_name_504(self) -> str:
        name = self.cleaned_data["file_name_504"]
        return _file_name(name) if name else ""

    def clean_columns(self) -> list[str]:
        ticked = self.cleaned_data["columns"]
        if without := [by_key()[key].header for key in REQUIRED if key not in ticked]:
            raise ValidationError(f"SIRAS refuses a file without {', '.join(without)}. Tick them.")
        return [field.key for field in fields() if field.key in ticked]

    def clean_summer_from(self) -> str:
        return _unslashed(self.cleaned_data["summer_from"])

    def clean_summer_until(self) -> str:
        return _unslashed(self.cleaned_data["summer_until"])

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at.hour >= _LATEST_HOUR:
            raise ValidationError(
                "SIRAS imports between 2 and 7 AM. Choose a time from 00:00 to 05:59, best between 00:00 and 01:00."
            )
        return at

    def clean_alarm_mails(self) -> str:
        found = self.cleaned_data["alarm_mails"].replace(",", " ").split()
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(f"{address} is no e-mail address.") from None
        return "\n".join(found)

    def clean_grades(self) -> dict[str, str]:
        found = _pairs(self.cleaned_data["grades"])
        for one, other in found.items():
            if other.upper() not in GRADES:
                raise ValidationError(f"{one} = {other}: SIRAS knows the grades {', '.join(GRADES)}.")
        return {one: other.upper() for one, other in found.items()}

    def clean_headers(self) -> dict[str, str]:
        keys = {squeezed(field.header): field.key for field in fields()}
        found = _pairs(self.cleaned_data["headers"])
        for one, other in found.items():
            if squeezed(other) not in keys:
                raise ValidationError(f"{one} = {other}: {other} is no published header.")
        return {one: keys[squeezed(other)] for one, other in found.items()}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        self._check_files(given)
        columns = given.get("columns") or []
        mixed = given.get("student_filter") in ("combined", "all")
        if given.get("student_filter") == "combined" and columns and "designation" not in columns:
            self.add_error("columns", "Special Ed and 504 in one file are told apart by Designation. Tick it.")
        creates = given.get("siras_creates") or given.get("siras_creates_504")
        if mixed and creates and columns and "designation" not in columns:
            self.add_error(
                "siras_creates", "SIRAS creates records only where the file says the program. Tick Designation."
            )
        if given.get("key"):
            try:
                private_key(given["key"], given.get("passphrase", ""))
            except BadKey as error:
                self.add_error("key", str(error))
        if given.get("summer_from") and given.get("summer_from") == given.get("summer_until"):
            self.add_error("summer_until", "The pause ends on the day it begins: give two days.")
        return given

    def _check_files(self, given: dict[str, Any]) -> None:
        kind = given.get("file_type", "")
        for name in ("file_name", "file_name_504"):
            if given.get(name) and kind and not given[name].lower().endswith(f".{kind}"):
                self.add_error(name, f"The file is {kind.upper()}: its name must end in .{kind}.")
        if given.get("separate_504"):
            if not given.get("file_name_504") and "file_name_504" not in self.errors:
                self.add_error("file_name_504", "Give the second file a name.")
            elif given.get("file_name_504", "").lower() == given.get("file_name", " ").lower():
                self.add_error("file_name_504", "The two files need two names.")
            if given.get("student_filter") in ("504", "sst"):
                self.add_error("separate_504", "A second file for 504 plans goes with Special Ed or all students.")

    def save(self, commit: bool = True) -> Profile:
        """Keep it; new secrets sealed. What changes the file's layout makes the profile a draft again."""
        profile = super().save(commit=False)
        given = self.cleaned_data
        profile.columns = given["columns"]
        profile.days = "".join(sorted(given["weekdays"]))
        profile.summer_from, profile.summer_until = given["summer_from"], given["summer_until"]
        profile.siras_grades, profile.siras_headers = given["grades"], given["headers"]
        if given["forget"]:
            profile.sealed_password = profile.sealed_key = profile.sealed_passphrase = ""
        if given["password"]:
            profile.sealed_password = sealed(given["password"])
        if given["key"]:
            profile.sealed_key = sealed(given["key"])
            profile.sealed_passphrase = sealed(given["passphrase"]) if given["passphrase"] else ""
        if commit:
            profile.save()
        return profile


def _file_name(name: str) -> str:
    name = name.strip()
    if not _NAME.fullmatch(name) or len(name) > 100:
        raise ValidationError("Letters, digits, blanks, dots, - and _ only, without a folder.")
    if name.lower() in OWN_NAMES:
        raise ValidationError(f"SIRAS itself writes {name} into the district's directory. Choose another name.")
    return name


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for line in filter(str.strip, text.splitlines()):
        one, equals, other = (part.strip() for part in line.partition("="))
        if not (one and equals and other):
            raise ValidationError(f"{line.strip()}: write it as one = other, a line each.")
        found[one] = other
    return found


def _slashed(mark: str) -> str:
    return f"{mark[:2]}/{mark[2:]}"


def _unslashed(text: str) -> str:
    if not _DAY.fullmatch(text.strip()):
        raise ValidationError("Give month and day as MM/DD, such as 06/08.")
    return text.strip().replace("/", "")


class MappingForm(forms.Form):
    """One entry of a code map."""

    kind = forms.ChoiceField(label="Field", choices=list(KINDS.items()))
    source = forms.CharField(label="CALPADS code", max_length=10)
    value = forms.CharField(
        label="Code for SIRAS", max_length=10, required=False, help_text="Blank sends a blank on purpose."
    )

    def __init__(self, *args: Any, grades: dict[str, str], **kwargs: Any) -> None:
        """`grades`: those SIRAS itself maps for the district, which may be sent as they are."""
        super().__init__(*args, **kwargs)
        self._grades = grades

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        kind, value = given.get("kind", ""), given.get("value", "")
        if value and kind and not (kind == "grade" and value in self._grades):
            kept, wrong = read_value(kind, value, grades={}, sst=False)
            if wrong:
                self.add_error("value", f"{value} {wrong}.")
            else:
                given["value"] = kept
        return given

    def keep(self, profile: Profile) -> None:
        given = self.cleaned_data
        CodeMapping.objects.update_or_create(
            profile=profile, kind=given["kind"], source=given["source"], defaults={"value": given["value"]}
        )


class SchoolForm(forms.Form):
    """What SIRAS knows a school by."""

    source = forms.CharField(label="CALPADS school code", max_length=7, help_text="SENR 1.05; for NPS, 1.06.")
    code = forms.RegexField(
        r"^([0-9]{7})?$", label="School of Attendance", required=False,
        help_text="7 digits: a CDE code, or the code programs share. Blank sends nothing.",
        error_messages={"invalid": "The code has seven digits."},
    )  # fmt: skip
    site_code = forms.CharField(label="Site Code", max_length=20, required=False)
    school_type = forms.CharField(label="School Type", max_length=10, required=False)
    school_of_residence = forms.RegexField(
        r"^([0-9]{7})?$", label="School of Residence", required=False,
        error_messages={"invalid": "The code has seven digits."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("site_code") and not given.get("code") and "code" not in self.errors:
            self.add_error("code", "SIRAS ignores a Site Code without a school code. Give the code, too.")
        return given

    def keep(self, profile: Profile) -> None:
        given = dict(self.cleaned_data)
        SchoolCode.objects.update_or_create(profile=profile, source=given.pop("source"), defaults=given)


class SstForm(forms.Form):
    """The district's SST list."""

    students = forms.CharField(
        label="SSIDs or Local Student IDs", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Separated by blanks, commas or lines. The list replaces the one before.",
    )  # fmt: skip

    def clean_students(self) -> list[str]:
        found = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["students"].strip())))
        if any(len(each) > 15 for each in found):
            raise ValidationError("An ID has at most 15 characters. Separate them by blanks or lines.")
        return [each for each in found if each]


class LogForm(forms.Form):
    """A log downloaded from SIRAS."""

    file = forms.FileField(label="Log file", help_text="From SIRAS Admin, Scheduled Task Logs.")

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_OF_LOG:
            raise ValidationError(f"The file is larger than {MOST_OF_LOG >> 20} MB: it is no log of one night.")
        return file


class ApprovalForm(forms.Form):
    """That SIRAS has approved the sample file."""

    approved = forms.BooleanField(
        label="SIRAS has looked at the sample file and approved its headers and codes",
        error_messages={"required": "Tick it when SIRAS has approved the file."},
    )
