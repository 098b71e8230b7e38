"""Somebody with every role, and the page of an address as a tree."""

from collections.abc import Callable

import pytest
from django.test import Client
from lxml import html

from accounts.models import User
from accounts.permissions import ROLES
from ods.models import Organization
from tests.factories.organizations import make_lea, make_school
from tests.factories.people import grant, make_user

Pages = Callable[[str], html.HtmlElement]


@pytest.fixture
def lea(db: None) -> Organization:
    lea = make_lea("1964733", "Alder Unified")
    make_school(lea, "1930924", "Alder High")
    return lea


@pytest.fixture
def rosa(lea: Organization) -> User:
    rosa = make_user("rosa")
    for role in ROLES:
        if role != "selpa_reports":
            grant(rosa, role, lea)
    return rosa


@pytest.fixture
def signed_in(client: Client, rosa: User) -> Client:
    client.force_login(rosa, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def tree_of(signed_in: Client) -> Pages:
    """`tree_of("/Extract")`: the page Rosa sees there."""
    return lambda path: html.document_fromstring(signed_in.get(path).content)
