"""The forms of sign-in and of the current organisation."""

from typing import ClassVar

from django import forms

from wire.forms import FirstWinsCheckbox, WireForm


class SignInForm(WireForm):
    """The sign-in page's form (wire contract 1)."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "Give your user name."},
    )
    password = forms.CharField(
        label="Password",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": "Give your password."},
    )
    agreement_confirmed = forms.BooleanField(
        label="I agree to the terms of use",
        widget=FirstWinsCheckbox,
        error_messages={
            "required": "Tick the box to agree to the terms of use: without it nobody is signed in, because the files "
            "hold confidential student data."
        },
    )
    return_url = forms.CharField(required=False, widget=forms.HiddenInput)


class OrganizationForm(WireForm):
    """The organisation selector's form (wire contract 2)."""

    wire_names: ClassVar = {"organization": "selectedItem"}

    organization = forms.IntegerField()
