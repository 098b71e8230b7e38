"""Django admin as administrators use it, and what it does not let them do."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from accounts.administrators import GROUP_NAME, make_administrator
from accounts.assigning import roles_held
from accounts.models import AuditEntry, User
from ods.models import Organization, SelpaMembership
from tests.factories.organizations import make_lea, make_school, make_selpa
from tests.factories.people import PASSWORD, grant, make_cast, make_group, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    user = make_user("administrator")
    make_administrator(user)
    return user


@pytest.fixture
def root() -> User:
    return make_user("root", is_staff=True, is_superuser=True)


def at(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def document(response: HttpResponse) -> html.HtmlElement:
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def roles_url(holder: User | Group) -> str:
    name = "auth_group_roles" if isinstance(holder, Group) else "accounts_user_roles"
    return reverse(f"admin:{name}", args=[holder.pk])


def fields_of(page: html.HtmlElement, form_id: str) -> dict[str, list[str]]:
    """What a browser would send of a form: names and values of its successful controls."""
    (form,) = page.xpath(f"//form[@id='{form_id}']")
    fields: dict[str, list[str]] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def messages_on(page: html.HtmlElement) -> list[str]:
    return [item.text_content() for item in page.xpath("//ul[@class='messagelist']/li")]


class TestDoor:
    def test_signing_in_is_the_portal_s(self) -> None:
        browser = Client()
        assert browser.get("/admin/")["Location"] == "/Account/Login?ReturnUrl=%2Fadmin%2F"
        assert browser.get("/admin/login/?next=/admin/accounts/user/")["Location"] == (
            "/Account/Login?ReturnUrl=%2Fadmin%2Faccounts%2Fuser%2F"
        )
        assert browser.get("/admin/login/")["Location"] == "/Account/Login?ReturnUrl=%2Fadmin%2F"

    def test_a_password_posted_to_the_admin_s_own_address_signs_nobody_in(self, root: User) -> None:
        browser = Client()
        browser.post("/admin/login/", {"username": "root", "password": PASSWORD})
        assert "sessionid" not in browser.cookies

    def test_who_is_not_staff_stays_outside(self) -> None:
        cast = make_cast()
        for person in (cast.requester, cast.selpa_user):
            assert at(person).get("/admin/", follow=True).status_code == 403

    def test_leaving_is_the_portal_s_too(self, administrator: User) -> None:
        browser = at(administrator)
        assert browser.post("/admin/logout/")["Location"] == "/"
        assert AuditEntry.objects.filter(action="user.signed_out").count() == 1
        assert browser.get("/admin/").status_code == 302

    def test_its_forms_carry_the_wire_s_anti_forgery_field_once(self, administrator: User) -> None:
        browser = at(administrator)
        for address in ("/admin/", "/admin/accounts/user/add/", roles_url(make_user())):
            for form in document(browser.get(address)).xpath("//form[@method='post']"):
                assert form.xpath("count(.//input[@name='__RequestVerificationToken'])") == 1
                assert form.xpath("count(.//input[@name='csrfmiddlewaretoken'])") == 0

    def test_a_post_without_the_field_is_refused(self, administrator: User) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(administrator)
        assert browser.post(roles_url(make_user()), {}).status_code == 403


class TestRolesPage:
    def test_a_new_user_gets_twelve_roles_on_thirty_schools_in_one_form(self, administrator: User) -> None:
        lea = make_lea("1964733", "Alder Unified")
        schools = [make_school(lea, f"80000{number:02}") for number in range(30)]
        make_school(make_lea("3768338"), "9000000")
        clerk = make_user("clerk")
        browser = at(administrator)
        empty = document(browser.get(roles_url(clerk)))
        assert empty.xpath("//form[@id='roles-form']") == []
        page = document(browser.get(roles_url(clerk), {"q": "1964733"}))
        fields = fields_of(page, "roles-form")
        assert fields["row"] == [str(place.pk) for place in (lea, *schools)]
        assert "held" not in fields
        roles = page.xpath("//input[@name='role']/@value")
        assert len(roles) == 21
        fields |= {"role": roles[:12], "chosen": [str(school.pk) for school in schools]}
        saved = browser.post(f"{roles_url(clerk)}?q=1964733", fields, follow=True)
        assert messages_on(document(saved)) == ["Roles granted: 360. Roles revoked: 0."]
        assert roles_held(clerk) == {(school.pk, role) for school in schools for role in roles[:12]}
        assert AuditEntry.objects.filter(action="role.granted", actor_id=administrator.pk).count() == 360
        assert AuditEntry.objects.filter(action__startswith="role.").count() == 360

    def test_all_rows_and_taking_away(self, administrator: User) -> None:
        lea, selpa = make_lea("1964733", "Alder Unified"), make_selpa("1901", "Alder SELPA")
        school = make_school(lea)
        clerk = make_user()
        browser, address = at(administrator), f"{roles_url(clerk)}?q=alder"
        fields = fields_of(document(browser.get(address)), "roles-form")
        fields |= {"role": ["senr_edit", "sela_edit", "selpa_reports"], "all_rows": ["1"]}
        browser.post(address, fields)
        everywhere = {(lea.pk, "senr_edit"), (lea.pk, "sela_edit"), (school.pk, "senr_edit"), (school.pk, "sela_edit")}
        assert roles_held(clerk) == everywhere | {(selpa.pk, "selpa_reports")}
        fields = fields_of(document(browser.get(address)), "roles-form")
        fields |= {"role": ["senr_edit"], "all_rows": ["1"], "at_once": ["take"]}
        browser.post(address, fields)
        assert roles_held(clerk) == {
            (lea.pk, "sela_edit"),
            (school.pk, "sela_edit"),
            (selpa.pk, "selpa_reports"),
        }

    def test_single_ticks_are_saved_with_the_rest_untouched(self, administrator: User) -> None:
        lea, other = make_lea("1964733", "Alder"), make_lea("3768338", "Birch")
        clerk = make_user()
        grant(clerk, "senr_edit", lea)
        grant(clerk, "sela_edit", lea)
        grant(clerk, "senr_edit", other)
        browser, address = at(administrator), f"{roles_url(clerk)}?q=alder"
        fields = fields_of(document(browser.get(address)), "roles-form")
        assert fields["held"] == [f"{lea.pk}:senr_edit", f"{lea.pk}:sela_edit"]
        fields["held"] = [f"{lea.pk}:sela_edit", f"{lea.pk}:sdem_edit", f"{other.pk}:sinc_edit"]
        response = browser.post(address, fields)
        assert (response.status_code, response["Location"]) == (302, address)
        # The tick of a row that was not shown counts for nothing.
        assert roles_held(clerk) == {(lea.pk, "sela_edit"), (lea.pk, "sdem_edit"), (other.pk, "senr_edit")}

    def test_without_a_search_it_shows_where_roles_are_held(self, administrator: User) -> None:
        lea, other = make_lea("1964733", "Birch"), make_lea("3768338", "Alder")
        school = make_school(lea)
        make_school(lea, "8000001")
        clerk = make_user()
        group = make_group("office", clerk)
        grant(clerk, "senr_edit", school)
        grant(group, "sela_edit", other)
        page = document(at(administrator).get(roles_url(clerk)))
        assert page.xpath("//input[@name='row']/@value") == [str(other.pk), str(school.pk)]
        ticked = page.xpath("//input[@name='held'][@checked]/@aria-label")
        assert ticked == [f"SENR Edit at {school}"]
        assert page.xpath("//input[@name='held'][contains(@aria-label, 'through office')]/@value") == [
            f"{other.pk}:sela_edit"
        ]

    def test_half_a_choice_changes_nothing_and_keeps_the_ticks(self, administrator: User) -> None:
        lea = make_lea()
        clerk = make_user()
        browser, address = at(administrator), f"{roles_url(clerk)}?q=1964733"
        fields = fields_of(document(browser.get(address)), "roles-form")
        ticks = [f"{lea.pk}:senr_edit"]
        for more, words in (
            ({"role": ["sela_edit"], "held": ticks}, "also tick the rows they are for, or all rows."),
            ({"chosen": [str(lea.pk)], "held": ticks}, "also tick the roles for the chosen rows."),
        ):
            page = document(browser.post(address, fields | more))
            assert messages_on(page) == [f"Nothing was changed. To change several rows at once, {words}"]
        assert roles_held(clerk) == set()

    def test_a_form_that_saw_other_roles_is_refused(self, administrator: User) -> None:
        lea = make_lea()
        clerk = make_user()
        browser, address = at(administrator), f"{roles_url(clerk)}?q=1964733"
        fields = fields_of(document(browser.get(address)), "roles-form")
        grant(clerk, "sinc_edit", lea)
        page = document(browser.post(address, fields | {"held": [f"{lea.pk}:senr_edit"]}))
        assert messages_on(page)[0].startswith("Nothing was changed: somebody else changed these roles meanwhile.")
        assert roles_held(clerk) == {(lea.pk, "sinc_edit")}

    @pytest.mark.parametrize(
        "fields",
        [
            {"row": ["x"]},
            {"held": ["1"]},
            {"held": ["x:senr_edit"]},
            {"row": ["1"], "chosen": ["'"]},
            {"row": ["9" * 30], "held": ["\x00:senr_edit"]},
        ],
    )
    def test_a_form_made_by_hand_changes_nothing(self, administrator: User, fields: dict[str, list[str]]) -> None:
        make_lea()
        clerk = make_user()
        page = document(at(administrator).post(roles_url(clerk), fields))
        assert len(messages_on(page)) == 1
        assert roles_held(clerk) == set()

    def test_roles_the_row_cannot_hold_are_refused_from_hand_made_forms(self, administrator: User) -> None:
        selpa = make_selpa("1901", "Alder SELPA")
        clerk = make_user()
        browser, address = at(administrator), f"{roles_url(clerk)}?q=1901"
        fields = fields_of(document(browser.get(address)), "roles-form")
        page = document(browser.post(address, fields | {"held": [f"{selpa.pk}:senr_edit"]}))
        assert messages_on(page) == ["SENR Edit cannot be held at Alder SELPA - 1901."]
        assert roles_held(clerk) == set()

    def test_one_s_own_page_and_a_superuser_s_are_to_look_at(self, administrator: User, root: User) -> None:
        lea = make_lea()
        for holder, by, words in (
            (administrator, administrator, "Nobody changes his own roles. Ask another administrator."),
            (root, root, "Nobody changes his own roles. Ask another administrator."),
            (root, administrator, "Only a superuser changes a superuser."),
            (
                make_group("own", administrator),
                administrator,
                "You are a member of this group, and nobody changes his own roles.",
            ),
        ):
            browser, address = at(by), f"{roles_url(holder)}?q=1964733"
            page = document(browser.get(address))
            assert page.xpath("//*[@class='roles-reason']/text()") == [words]
            assert page.xpath("//input[@name='held'][not(@disabled)]") == []
            assert page.xpath("//input[@type='submit']") == []
            (seen,) = page.xpath("//input[@name='seen']/@value")
            forced = {"row": [str(lea.pk)], "seen": seen, "held": [f"{lea.pk}:senr_edit"]}
            assert messages_on(document(browser.post(address, forced))) == [words]
            assert roles_held(holder) == set()

    def test_only_role_administrators_open_it(self, administrator: User) -> None:
        clerk = make_user()
        group = make_group("office")
        other_staff = make_user("auditor", is_staff=True)
        other_staff.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
        addresses = [
            roles_url(clerk),
            roles_url(group),
            reverse("admin:ods_organization_holders", args=[make_lea().pk]),
        ]
        assert [at(other_staff).get(address).status_code for address in addresses] == [403, 403, 403]
        assert [at(clerk).get(address, follow=True).status_code for address in addresses] == [403, 403, 403]
        assert [at(administrator).get(address).status_code for address in addresses] == [200, 200, 200]

    def test_whoever_is_not_there_is_not_found(self, administrator: User) -> None:
        browser = at(administrator)
        assert browser.get("/admin/accounts/user/999999/roles/").status_code == 404
        assert browser.get("/admin/auth/group/999999/roles/").status_code == 404
        assert browser.get("/admin/ods/organization/999999/holders/").status_code == 404

    @pytest.mark.parametrize("text", ["'", "%", "\x00", "<script>alert(1)</script>", "\u202e", "a" * 5000])
    def test_hostile_searches_find_nothing_and_break_nothing(self, administrator: User, text: str) -> None:
        make_lea(name="Alder")
        page = at(administrator).get(roles_url(make_user("clerk", first_name="<b>x</b>")), {"q": text})
        assert page.status_code == 200
        assert b"<script>alert(1)" not in page.content

    def test_names_are_shown_as_text(self, administrator: User) -> None:
        make_lea("1964733", '<img src=x onerror="alert(1)">')
        clerk = make_user('<script>"clerk"</script>')
        for address in (f"{roles_url(clerk)}?q=1964733", "/admin/accounts/user/", "/admin/ods/organization/"):
            content = at(administrator).get(address).content.decode()
            assert "<img src=x" not in content
            assert '<script>"clerk"' not in content

    def test_more_rows_take_no_more_queries_and_long_lists_have_pages(self, administrator: User) -> None:
        lea = make_lea("1964733")
        clerk = make_user()
        browser, address = at(administrator), f"{roles_url(clerk)}?q=1964733"
        browser.get(address)
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                browser.get(address)
            counts.append(len(queries))
            for school in range(60):
                grant(clerk, "senr_edit", make_school(lea, f"8{number}{school:05}"))
        assert counts[0] == counts[1]
        page = document(browser.get(address))
        assert len(page.xpath("//input[@name='row']")) == 100
        assert page.xpath("//nav[@aria-label='Pages']/a/@href") == ["?q=1964733&page=2"]
        assert len(document(browser.get(f"{address}&page=2")).xpath("//input[@name='row']")) == 21


class TestHolders:
    def test_everybody_whose_roles_reach_the_place(self) -> None:
        cast = make_cast("senr_edit", other_role="sdem_edit")
        member = make_user("member")
        grant(make_group("office", member), "sela_edit", cast.other_school)
        grant(cast.requester, "sela_edit", cast.lea)

        def rows(place: Organization, **query: str) -> list[list[str]]:
            page = document(
                at(cast.administrator).get(reverse("admin:ods_organization_holders", args=[place.pk]), query)
            )
            cells = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//table/tbody/tr")]
            return [[user, roles, held_at, through] for user, _, roles, held_at, through in cells]

        lea, high = "Alder Unified - 1964733 LEA", "Alder High - 1930924 School"
        through_selpa = ["selpa_user", "SELPA Reports", "Alder SELPA - 1901 SELPA", "own"]
        of_the_lea = [
            ["colleague", "SENR Edit", lea, "own"],
            ["colleague_without_role", "SDEM Edit", lea, "own"],
            ["deactivated not active", "SENR Edit", lea, "own"],
        ]
        group_row = ["member", "SELA Edit", "Alder Elementary - 6015234 School", "office"]
        requester = ["requester", "SENR Edit, SELA Edit", lea, "own"]
        school_user = ["school_user", "SENR Edit", high, "own"]
        assert rows(cast.lea) == [*of_the_lea, group_row, requester, school_user, through_selpa]
        assert rows(cast.school) == [*of_the_lea, requester, school_user, through_selpa]
        assert rows(cast.other_lea) == [["stranger", "SENR Edit", "Birch Unified - 3768338 LEA", "own"]]
        assert rows(cast.selpa) == [through_selpa]
        assert rows(cast.lea, role="sela_edit") == [
            group_row,
            ["requester", "SELA Edit", lea, "own"],
        ]
        assert rows(cast.lea, role="nonsense") == rows(cast.lea)

    def test_more_people_take_no_more_queries(self, administrator: User) -> None:
        lea = make_lea()
        browser = at(administrator)
        counts = []
        for number in range(3):
            for person in range(2):
                user = make_user(f"u{number}{person}")
                grant(user, "senr_edit", lea)
                grant(make_group(f"g{number}{person}", user), "sela_edit", lea)
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse("admin:ods_organization_holders", args=[lea.pk]))
            counts.append(len(queries))
        assert len(set(counts)) == 1


class TestAccounts:
    def change(self, browser: Client, user: User, **fields: Any) -> HttpResponse:
        address = reverse("admin:accounts_user_change", args=[user.pk])
        page = document(browser.get(address))
        sent = fields_of(page, "user_form")
        for name, value in fields.items():
            sent[name] = value
        sent = {name: value for name, value in sent.items() if value is not None}
        return browser.post(address, sent)

    def test_a_new_account_is_nobody_special(self, administrator: User) -> None:
        fields = {
            "username": "clerk",
            "email": "clerk@example.org",
            "usable_password": "true",
            "password1": "a long enough one",
            "password2": "a long enough one",
            "is_staff": "on",
            "is_superuser": "on",
        }
        response = at(administrator).post("/admin/accounts/user/add/", fields)
        clerk = User.objects.get(username="clerk")
        assert response["Location"] == reverse("admin:accounts_user_change", args=[clerk.pk])
        assert (clerk.is_staff, clerk.is_superuser, clerk.is_active) == (False, False, True)
        assert AuditEntry.objects.filter(action="user.added", subject=f"user:{clerk.pk}").count() == 1

    def test_deactivation_ends_sessions_and_reactivation_does_not_bring_them_back(self, administrator: User) -> None:
        clerk = make_user("clerk")
        session = at(clerk)
        assert session.get("/Leas").status_code == 200
        assert self.change(at(administrator), clerk, is_active=None).status_code == 302
        assert session.get("/Leas").status_code == 302
        assert self.change(at(administrator), clerk, is_active="on").status_code == 302
        clerk.refresh_from_db()
        assert clerk.is_active
        assert list(
            AuditEntry.objects.filter(subject=f"user:{clerk.pk}").order_by("pk").values_list("action", "actor_name")
        ) == [("user.deactivated", "administrator"), ("user.reactivated", "administrator")]

    def test_a_session_from_before_the_deactivation_stays_over(self, administrator: User) -> None:
        clerk = make_user("clerk")
        session = at(clerk)
        self.change(at(administrator), clerk, is_active=None)
        self.change(at(administrator), clerk, is_active="on")
        assert session.get("/Leas").status_code == 302

    def test_changed_fields_are_recorded_by_name(self, administrator: User) -> None:
        clerk = make_user("clerk")
        self.change(at(administrator), clerk, email="new@example.org", first_name="Cleo")
        assert list(AuditEntry.objects.filter(action="user.changed").values_list("details", flat=True)) == [
            {"user": "clerk", "fields": ["email", "first_name"]}
        ]

    def test_there_is_no_picker_of_raw_permissions(self, administrator: User, root: User) -> None:
        clerk = make_user()
        address = reverse("admin:accounts_user_change", args=[clerk.pk])
        names = {
            by.username: set(document(at(by).get(address)).xpath("//form[@id='user_form']//@name"))
            for by in (administrator, root)
        }
        common = {"__RequestVerificationToken", "username", "first_name", "last_name", "email", "is_active"}
        common |= {"_save", "_continue", "_addanother"}
        assert names["administrator"] == common
        assert names["root"] == common | {"is_staff", "is_superuser", "groups"}

    @pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
    def test_staff_make_nobody_staff_or_superuser(self, administrator: User, flag: str) -> None:
        clerk = make_user("clerk")
        assert self.change(at(administrator), clerk, **{flag: "on"}).status_code == 302
        clerk.refresh_from_db()
        assert not getattr(clerk, flag)

    def test_nobody_changes_his_own_flags_or_groups(self, administrator: User, root: User) -> None:
        group = make_group("office")
        for user in (administrator, root):
            before = (user.is_active, user.is_staff, user.is_superuser, set(user.groups.all()))
            fields = {"is_active": None, "is_staff": "on", "is_superuser": "on", "groups": [str(group.pk)]}
            fields |= {"is_superuser": None} if user.is_superuser else {}
            self.change(at(user), user, **fields)
            now = User.objects.get(pk=user.pk)
            assert (now.is_active, now.is_staff, now.is_superuser, set(now.groups.all())) == before

    def test_a_superuser_s_account_is_closed_to_others(self, administrator: User, root: User) -> None:
        browser = at(administrator)
        address = reverse("admin:accounts_user_change", args=[root.pk])
        assert document(browser.get(address)).xpath("//form[@id='user_form']//input[@name='email']") == []
        assert browser.post(address, {"username": "root", "is_active": ""}).status_code == 403
        password = reverse("admin:auth_user_password_change", args=[root.pk])
        assert browser.get(password).status_code == 403
        new = {"usable_password": "true", "password1": "a long enough one", "password2": "a long enough one"}
        assert browser.post(password, new).status_code == 403
        root.refresh_from_db()
        assert root.check_password(PASSWORD)

    def test_a_password_is_a_way_in_so_staff_set_none_for_staff(self, administrator: User, root: User) -> None:
        colleague, clerk = make_user("colleague"), make_user("clerk")
        make_administrator(colleague)
        new = {
            "usable_password": "true",
            "password1": "a long enough one",
            "password2": "a long enough one",
            "set-password": "1",
        }
        outcome = {}
        for by, user in ((administrator, colleague), (administrator, clerk), (root, colleague)):
            address = reverse("admin:auth_user_password_change", args=[user.pk])
            outcome[by.username, user.username] = at(by).post(address, new).status_code
        assert outcome == {
            ("administrator", "colleague"): 403,
            ("administrator", "clerk"): 302,
            ("root", "colleague"): 302,
        }
        assert list(
            AuditEntry.objects.filter(action="user.password_changed")
            .order_by("pk")
            .values_list("actor_name", "subject")
        ) == [("administrator", f"user:{clerk.pk}"), ("root", f"user:{colleague.pk}")]

    def test_a_new_password_ends_the_sessions_of_its_owner(self, administrator: User) -> None:
        clerk = make_user("clerk")
        session = at(clerk)
        address = reverse("admin:auth_user_password_change", args=[clerk.pk])
        new = {"usable_password": "true", "password1": "a long enough one", "password2": "a long enough one"}
        at(administrator).post(address, {**new, "set-password": "1"})
        assert session.get("/Leas").status_code == 302

    def test_one_s_own_new_password_is_recorded_and_ends_other_sessions(self, administrator: User) -> None:
        here, elsewhere = at(administrator), at(administrator)
        fields = {"old_password": PASSWORD, "new_password1": "a long enough one", "new_password2": "a long enough one"}
        assert here.post("/admin/password_change/", {**fields, "old_password": "wrong"}).status_code == 200
        assert not AuditEntry.objects.filter(action="user.password_changed").exists()
        assert here.post("/admin/password_change/", fields).status_code == 302
        assert AuditEntry.objects.filter(action="user.password_changed").count() == 1
        assert (here.get("/Leas").status_code, elsewhere.get("/Leas").status_code) == (200, 302)

    def test_groups_are_joined_and_left_with_a_row_each(self, administrator: User) -> None:
        clerk = make_user("clerk")
        office, clerks = make_group("office", clerk), make_group("clerks")
        self.change(at(administrator), clerk, groups=[str(clerks.pk)])
        assert set(clerk.groups.all()) == {clerks}
        assert list(
            AuditEntry.objects.filter(action__startswith="group.").order_by("pk").values_list("action", "details")
        ) == [
            ("group.joined", {"user": "clerk", "group": "clerks", "group_id": clerks.pk}),
            ("group.left", {"user": "clerk", "group": "office", "group_id": office.pk}),
        ]

    def test_the_administrators_group_is_the_superusers_to_give(self, administrator: User, root: User) -> None:
        administrators = Group.objects.get(name=GROUP_NAME)
        office = make_group("office")
        clerk, colleague = make_user("clerk"), make_user("colleague")
        make_administrator(colleague)
        self.change(at(administrator), clerk, groups=[str(administrators.pk)])
        assert set(clerk.groups.all()) == set()
        # A group that was not offered is not lost by saving.
        self.change(at(administrator), colleague, groups=[str(office.pk)])
        assert set(colleague.groups.all()) == {office, administrators}
        self.change(at(root), clerk, groups=[str(administrators.pk)])
        assert set(clerk.groups.all()) == {administrators}

    def test_nothing_is_deleted(self, administrator: User, root: User) -> None:
        clerk, group, lea = make_user(), make_group("office"), make_lea()
        for by in (administrator, root):
            for kind, pk in (("accounts/user", clerk.pk), ("auth/group", group.pk), ("ods/organization", lea.pk)):
                assert at(by).post(f"/admin/{kind}/{pk}/delete/", {"post": "yes"}).status_code == 403
                page = at(by).get(f"/admin/{kind}/")
                assert b"delete_selected" not in page.content

    def test_the_list_of_users_takes_no_more_queries_with_more_of_them(self, administrator: User) -> None:
        browser = at(administrator)
        counts = []
        for _ in range(3):
            make_group(f"g{len(counts)}", make_user(), make_user())
            with CaptureQueriesContext(connection) as queries:
                browser.get("/admin/accounts/user/")
            counts.append(len(queries))
        assert len(set(counts)) == 1


class TestGroups:
    def test_a_group_has_a_name_and_roles_and_no_permissions(self, administrator: User) -> None:
        browser = at(administrator)
        browser.post("/admin/auth/group/add/", {"name": "office"})
        group = Group.objects.get(name="office")
        page = document(browser.get(reverse("admin:auth_group_change", args=[group.pk])))
        assert page.xpath("//form[@id='group_form']//input[@type='text']/@name") == ["name"]
        assert roles_url(group) in page.xpath("//a/@href")
        assert page.xpath("//form[@id='group_form']//*[@name='permissions']") == []

    def test_the_administrators_group_is_closed_to_its_members(self, administrator: User, root: User) -> None:
        group = Group.objects.get(name=GROUP_NAME)
        address = reverse("admin:auth_group_change", args=[group.pk])
        assert at(administrator).post(address, {"name": "x"}).status_code == 403
        assert at(root).post(address, {"name": GROUP_NAME}).status_code == 302


class TestDirectory:
    @pytest.mark.parametrize(
        ("kind", "code", "with_parent", "field", "words"),
        [
            ("SCHOOL", "1930924", False, "parent", "Choose the LEA the school belongs to."),
            ("LEA", "1964734", True, "parent", "Only a school belongs to an LEA. Leave this empty."),
            ("LEA", "1964", False, "code", "The code is too long or short for this kind."),
            ("SELPA", "1964733", False, "code", "The code is too long or short for this kind."),
            ("LEA", "19647a3", False, "code", "Give seven digits (LEA, school) or four (SELPA)."),
            (
                "LEA",
                "\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
                False,
                "code",
                "Give seven digits (LEA, school) or four (SELPA).",
            ),
        ],
    )
    def test_an_organization_that_cannot_be_is_refused_in_words(
        self, administrator: User, kind: str, code: str, with_parent: bool, field: str, words: str
    ) -> None:
        parent = make_lea("1111111")
        fields = {"kind": kind, "code": code, "name": "X", "parent": parent.pk if with_parent else ""}
        page = document(at(administrator).post("/admin/ods/organization/add/", fields))
        found = page.xpath(f"//div[contains(@class, 'field-{field}')]//ul[contains(@class, 'errorlist')]/li/text()")
        assert found == [words]
        assert Organization.objects.count() == 1

    def test_schools_leas_and_selpas_are_added_and_recorded(self, administrator: User) -> None:
        browser = at(administrator)
        lea = make_lea("1964733")
        browser.post(
            "/admin/ods/organization/add/", {"kind": "SCHOOL", "code": "1964733", "name": "C", "parent": lea.pk}
        )
        school = Organization.objects.get(kind="SCHOOL")
        assert (school.code, school.parent) == ("1964733", lea)
        assert list(AuditEntry.objects.values_list("action", "organization_id", "subject")) == [
            ("directory.changed", school.pk, f"organization:{school.pk}")
        ]

    def test_kind_and_code_stay_what_they_are(self, administrator: User) -> None:
        lea = make_lea("1964733")
        fields = {"kind": "SELPA", "code": "1901", "name": "Renamed", "parent": ""}
        at(administrator).post(reverse("admin:ods_organization_change", args=[lea.pk]), fields)
        lea.refresh_from_db()
        assert (lea.kind, lea.code, lea.name) == ("LEA", "1964733", "Renamed")

    def test_memberships_are_kept_at_the_selpa(self, administrator: User) -> None:
        selpa, lea = make_selpa(), make_lea()
        school = make_school(lea)
        browser, address = at(administrator), reverse("admin:ods_organization_change", args=[selpa.pk])
        fields = {
            "name": selpa.name,
            "parent": "",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-selpa": selpa.pk,
            "memberships-0-since": "2026-07-01",
            "memberships-0-until": "",
        }
        browser.post(address, {**fields, "memberships-0-lea": school.pk})
        assert not SelpaMembership.objects.exists()
        browser.post(address, {**fields, "memberships-0-lea": lea.pk, "memberships-0-until": "2026-06-30"})
        assert not SelpaMembership.objects.exists()
        browser.post(address, {**fields, "memberships-0-lea": lea.pk})
        assert SelpaMembership.objects.get().lea == lea
        assert AuditEntry.objects.filter(action="directory.changed", organization_id=selpa.pk).count() == 1


class TestAuditTrail:
    def test_it_is_there_to_read_and_to_filter_and_nothing_else(self, administrator: User, root: User) -> None:
        at(administrator).post("/Account/LogOff")
        entry = AuditEntry.objects.get()
        for by in (administrator, root):
            browser = at(by)
            page = document(browser.get("/admin/accounts/auditentry/", {"action__exact": "user.signed_out"}))
            assert len(page.xpath("//table[@id='result_list']/tbody/tr")) == 1
            other = document(browser.get("/admin/accounts/auditentry/", {"action__exact": "user.signed_in"}))
            assert len(other.xpath("//table[@id='result_list']/tbody/tr")) == 0
            found = document(browser.get("/admin/accounts/auditentry/", {"q": "administrator"}))
            assert len(found.xpath("//table[@id='result_list']/tbody/tr")) == 1
            address = reverse("admin:accounts_auditentry_change", args=[entry.pk])
            assert browser.get(address).status_code == 200
            assert browser.post(address, {"subject": "x"}).status_code == 403
            assert browser.get("/admin/accounts/auditentry/add/").status_code == 403
            assert browser.post(f"/admin/accounts/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_more_rows_take_no_more_queries(self, administrator: User) -> None:
        browser = at(administrator)
        counts = []
        for _ in range(3):
            at(make_user()).post("/Account/LogOff")
            with CaptureQueriesContext(connection) as queries:
                browser.get("/admin/accounts/auditentry/")
            counts.append(len(queries))
        assert len(set(counts)) == 1
