"""Forms under the wire's names (wire contract 4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

DATE_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]

_ACRONYMS = frozenset({"id", "lea"})


class FirstWinsCheckbox(forms.CheckboxInput):
    """A check box of value `true`, then a hidden `false` of the same name; the first that arrives counts.

    Clients send both whether the box is ticked or not (wire contract 4); a browser sends `true` only when it is.
    """

    def format_value(self, value: Any) -> str:
        return "true"

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        return format_html('{}<input type="hidden" name="{}" value="false">', box, name)

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else [data[name]] if name in data else []
        return bool(values) and str(values[0]).casefold() in {"true", "on"}


class WireDateInput(forms.DateInput):
    """A date as people type it: MM/DD/YYYY."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "MM/DD/YYYY", **(attrs or {})}, format=DATE_FORMATS[0])


class WireDateField(forms.DateField):
    """A date, MM/DD/YYYY or ISO (YYYY-MM-DD)."""

    widget = WireDateInput
    input_formats = DATE_FORMATS
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "This is not a date. Give it as MM/DD/YYYY, for example 08/15/2026."
    }


class _FirstOfEach(MultiValueDict[str, Any]):
    """Posted values of which the first of a name counts; `getlist` still gives all."""

    def __getitem__(self, key: str) -> Any:
        values = self.getlist(key)
        return values[0] if values else super().__getitem__(key)


class WireForm(forms.Form):
    """A form whose fields travel under the wire's names; fields it does not know are ignored.

    A field `enrollment_start_date` travels as `EnrollmentStartDate`, `reporting_lea` as `ReportingLEA`; `wire_names`
    gives the names that are written otherwise. Where a name arrives more than once the first value counts (fields
    that take several still get all). A required field says so in `data-val-required`, which programs read. Two forms
    on one page need different `auto_id` values, for example `"asof_%s"`.
    """

    wire_names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        if isinstance(data, MultiValueDict):
            data = _FirstOfEach(dict(data.lists()))
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            if field.required:
                field.widget.attrs.setdefault("data-val", "true")
                field.widget.attrs.setdefault("data-val-required", field.error_messages["required"])

    def add_prefix(self, field_name: str) -> str:
        return self.wire_names.get(field_name) or "".join(
            part.upper() if part in _ACRONYMS else part.capitalize() for part in field_name.split("_")
        )
