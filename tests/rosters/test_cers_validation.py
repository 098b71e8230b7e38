"""Every row of the receiving end's validation, provoked by a file over HTTP (spec rosters, sections 7 and 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from rosters.cers.accounts import DEMO_SECRET, DEMO_USER
from rosters.cers.csv_text import NotCsv, line_end, records
from rosters.cers.server import Server
from tests.factories.rosters import CDS

HEADER = "group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login"
HEADERS = f"Row: 0 Failure: Invalid headers. Headers must be in order: [{HEADER}]"
NOT_CSV = "Row: 0 Failure: File does not appear to be a valid CSV with a header row"
OTHER = "01611920130229"


class Caller:
    """A vendor's program: a token, and posts with it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = requests.Session()
        answer = self.token()
        assert answer.status_code == 200
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def token(self, **changes: str) -> requests.Response:
        form = {
            "grant_type": "password", "username": DEMO_USER, "password": DEMO_SECRET, "client_id": "rosters",
            "client_secret": "rosters-client", **changes,
        }  # fmt: skip
        return requests.post(f"{self.server.base}/auth/oauth2/access_token", data=form, timeout=60)

    def post(self, content: str | bytes, **query: str) -> requests.Response:
        data = content.encode() if isinstance(content, str) else content
        return self.session.post(
            f"{self.server.base}/groups/imports",
            data=data,
            params=query,
            headers={"Content-Type": "text/csv"},
            timeout=60,
        )

    def get(self, path: str, **query: str) -> requests.Response:
        return self.session.get(f"{self.server.base}{path}", params=query, timeout=60)

    def judged(self, *rows: str, header: str = HEADER, end: str = "\n") -> tuple[str, str]:
        """Status and message of a file of these rows."""
        answer = self.post("".join(line + end for line in (header, *rows)))
        assert answer.status_code == 202
        return answer.json()["status"], answer.json()["message"]

    def refused(self, *rows: str, **options: str) -> str:
        status, message = self.judged(*rows, **options)
        assert status == "BAD_DATA"
        return message


@pytest.fixture
def caller(start_cers) -> Iterator[Caller]:
    found = Caller(start_cers(school_exists={CDS, OTHER}.__contains__))
    yield found
    found.session.close()


def row(name="A", school=CDS, year="2026", subject="ELA", ssid="9900000001", login="a@example.org") -> str:
    return f"{name},{school},{year},{subject},{ssid},{login}"


def test_a_good_file_is_accepted_and_says_so_by_school(caller):
    status, message = caller.judged(row(), row("B"), row("C", school=OTHER))
    assert status == "ACCEPTED"
    assert message == f"2 groups accepted for {CDS}.\n1 group accepted for {OTHER}."


@pytest.mark.parametrize("content", ["", HEADER, HEADER + "\n", "wrong,header\n", HEADER + "\n\n"])
def test_no_data_rows_win_over_everything(caller, content):
    assert caller.post(content).json()["message"] == "Row: 0 Failure: Empty file"


def test_wrong_names_give_two_lines(caller):
    assert caller.refused("a,b,c,d,e,f", header="a,b,c,d,e,f") == f"{HEADERS}\n{NOT_CSV}"
    blank = HEADER.replace("group_name", "group_name ")
    assert caller.refused(row(), header=blank) == f"{HEADERS}\n{NOT_CSV}"


def test_right_names_in_a_wrong_order_are_judged_and_successes_stand_as_failures(caller):
    names = HEADER.split(",")
    swapped = ",".join([names[1], names[0], *names[2:]])
    good = f"{CDS},A,2026,ELA,9900000001,a@example.org"
    assert caller.refused(good, header=swapped) == f"{HEADERS}\nRow: 0 Failure: 1 group accepted for {CDS}."
    bad = f"{CDS},A,2030,ELA,9900000001,a@example.org"
    assert caller.refused(bad, header=swapped) == f"{HEADERS}\nRow: 1 Failure: Invalid school year: 2030"


def test_a_misspelt_sixth_name_is_like_a_wrong_order(caller):
    header = HEADER.replace("group_user_login", "login")
    assert caller.refused(row(), header=header) == f"{HEADERS}\nRow: 0 Failure: 1 group accepted for {CDS}."


def test_the_header_ignores_case_and_a_seventh_column_is_taken(caller):
    assert caller.judged(row(), header=HEADER.upper())[0] == "ACCEPTED"
    assert caller.judged(row() + ",more", header=HEADER + ",more")[0] == "ACCEPTED"


def test_a_repeated_header_a_short_row_and_broken_quotes(caller):
    assert caller.refused(row() + ",x", header=HEADER + ",group_name") == NOT_CSV
    assert caller.refused(row(year="2030"), f"A,{CDS},2026,ELA") == NOT_CSV
    assert caller.judged(f"A,{CDS},2026,ELA,9900000001")[0] == "ACCEPTED"
    assert caller.post(f'"{HEADER}\n{row()}\n').json()["message"] == NOT_CSV
    assert caller.post(f'{HEADER}\n"A,{CDS}\n').status_code == 500
    assert caller.judged(row(), header=",".join(HEADER.split(",")[:5]) + ",x")[0] == "BAD_DATA"
    assert caller.post(",".join(HEADER.split(",")[:5]) + "\n" + row() + "\n").status_code == 500


def test_what_a_record_must_contain_is_listed_every_time(caller):
    message = caller.refused(row(school=""), row(name=" "), row(year=""), row(year=" 2026"), row(name="", school=""))
    assert message.split("\n") == [
        "Row: 1 Failure: Record does not contain a school",
        "Row: 2 Failure: Record does not contain a group name",
        "Row: 3 Failure: Record does not contain a school year",
        "Row: 4 Failure: Record does not contain a school year",
        "Row: 5 Failure: Record does not contain a school",
        "Row: 5 Failure: Record does not contain a group name",
    ]


def test_years_and_subjects_and_the_same_text_once(caller):
    assert caller.judged(row(year="+2026", subject=" all "), row(year="02026", subject=""))[0] == "ACCEPTED"
    assert caller.refused(row(year="2027"), row(year="2027"), row(year="2031", subject="ela")).split("\n") == [
        "Row: 1 Failure: Invalid school year: 2027",
        "Row: 3 Failure: Invalid school year: 2031",
    ]
    assert caller.refused(row(subject="Art"), row(subject="Art ")) == "Row: 1 Failure: Invalid subject: Art"


def test_schools_unknown_and_out_of_order(caller):
    assert caller.refused(row(school=CDS + " "), row()) == f"Row: 1 Failure: School [{CDS} ] can not be found"
    assert caller.refused(row("A"), row("B", school=OTHER), row("C"), row("D", year="2030")).split("\n") == [
        f"Row: 3 Failure: School [{CDS}] is out-of-order: sort CSV by school, group, year",
        "Row: 4 Failure: Invalid school year: 2030",
    ]


def test_a_school_outside_the_users_scope_is_not_found(start_cers):
    caller = Caller(start_cers(schools=("01",)))
    assert caller.refused(row()) == f"Row: 1 Failure: School [{CDS}] can not be found"
    assert caller.judged(row(school=OTHER))[0] == "ACCEPTED"


def test_groups_out_of_order_and_their_case(caller):
    out = "Failure: Record is out-of-order: sort CSV by school, group, year"
    assert caller.refused(row("A"), row("B"), row("A")) == f"Row: 3 {out}"
    assert caller.judged(row("A"), row("a"), row("B"))[1] == f"2 groups accepted for {CDS}."
    assert caller.judged(row("A"), row("B"), row("a"))[0] == "ACCEPTED"  # the come-back test does not ignore case


def test_a_subject_is_not_redefined(caller):
    words = "Failure: Record is attempting to re-define group subject from"
    message = caller.refused(
        row(subject="ELA"), row(subject=""), row(subject="Math"), row(subject="Math"), row(subject="ELA")
    )
    assert message.split("\n") == [f"Row: 3 {words} [ELA] to [Math]", f"Row: 5 {words} [Math] to [ELA]"]


def test_more_than_200_rows_with_students_in_a_group(caller):
    rows = [row(ssid=f"99{number:08d}") for number in range(201)]
    text = f"School [{CDS}] Group [A] contains 201 students.  Maximum students allowed per group is 200"
    assert caller.refused(*rows) == f"Row: 201 Failure: {text}"
    assert caller.refused(*rows, row("B", school=OTHER)) == f"Row: 201 Failure: {text}"
    assert caller.judged(*rows[:200], row(ssid="  "))[0] == "ACCEPTED"
    assert caller.judged(*rows[:150], *rows[:50])[0] == "ACCEPTED"
    assert "contains 210 students" in caller.refused(*(rows[:70] * 3))


def test_long_messages_are_cut_after_100_lines(caller):
    lines = caller.refused(*[row(name="") for _ in range(103)]).split("\n")
    assert (len(lines), lines[-1]) == (101, "With 3 additional validation failures")


def test_many_schools_are_cut_too(start_cers):
    caller = Caller(start_cers())
    _, message = caller.judged(*[row(school=f"{number:014d}") for number in range(102)])
    assert message.split("\n")[-1] == "With 2 additional schools"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_one_line_end_and_a_bom(caller, end):
    content = "\ufeff" + "".join(line + end for line in (HEADER, row("Ñ,1".replace(",", "")), row("B")))
    assert caller.post(content.encode()).json()["message"] == f"2 groups accepted for {CDS}."


def test_mixed_line_ends_are_read_by_the_first(caller):
    content = f"{HEADER}\r\n{row()}\n{row('B')}\r\n"
    assert caller.post(content).json()["message"] == f"1 group accepted for {CDS}."


def test_csv_as_it_is_read():
    assert list(records('a,"b ""c"",\nd"\n\ne,\n,\n')) == [["a", 'b "c",\nd'], ["e", ""], ["", ""]]
    assert list(records("a,b,")) == [["a", "b", ""]]
    assert (line_end('"a\nb"\rc'), line_end("abc")) == ("\r", "\n")
    for broken in ('a\n"b', 'a\n"b"c'):
        with pytest.raises(NotCsv):
            list(records(broken))


# --- the calls beside it ---


def test_the_record_and_its_payload(caller):
    content = f"{HEADER}\n{row()}\n"
    found = caller.post(content, filename="own.csv").json()
    assert {name: found[name] for name in ("id", "content", "contentType", "batch", "creator")} == {
        "id": 1, "content": "GROUPS", "contentType": "text/csv", "batch": "own.csv", "creator": DEMO_USER,
    }  # fmt: skip
    assert len(found["digest"]) == 32
    assert caller.get("/imports/1").json()["status"] == "PROCESSED"
    assert caller.get("/imports/1/payload").content == content.encode()
    assert caller.get("/imports/1/payload/properties").json()["username"] == DEMO_USER
    assert caller.get("/imports/9").status_code == 404
    assert [one["id"] for one in caller.get("/groups/imports", batch="own.csv").json()] == [1]
    assert caller.get("/groups/imports", status="BAD_DATA").json() == []
    assert caller.get("/groups/imports").status_code == 400


@pytest.mark.parametrize("part", ["file", "anything"])
def test_a_form_with_a_file(caller, part):
    content = f"{HEADER}\r\n{row('Ñ')}\r\n".encode()
    answer = caller.session.post(
        f"{caller.server.base}/groups/imports", files={part: ("own.csv", content, "text/csv")}, timeout=60
    )
    assert (answer.status_code, answer.json()["batch"], answer.json()["status"]) == (202, "own.csv", "ACCEPTED")
    assert caller.get("/imports/1/payload").content == content


def test_tokens(caller):
    assert caller.token(password="x").json()["error"] == "invalid_grant"
    assert caller.token(client_secret="x").json()["error"] == "invalid_client"
    assert caller.token(client_id="x").status_code == 400
    anonymous = requests.post(f"{caller.server.base}/groups/imports", data=b"", timeout=60)
    assert anonymous.status_code == 401


def test_all_or_nothing_and_replacing(caller):
    def groups():
        return {group["name"]: (group["students"], group["users"]) for group in
                requests.get(f"{caller.server.base}/emulator/groups", timeout=60).json()}  # fmt: skip

    caller.post(f"{HEADER}\n{row()}\n{row(ssid='9900000002', login='')}\n{row('B')}\n")
    assert groups()["A"] == (["9900000001", "9900000002"], ["a@example.org"])
    caller.post(f"{HEADER}\n{row('C')}\n{row('D', year='2030')}\n")
    assert set(groups()) == {"A", "B"}
    caller.post(f"{HEADER}\n{row('a ', ssid='9900000003')}\n")
    assert groups()["a"] == (["9900000003"], ["a@example.org"])
    assert set(groups()) == {"a", "B"}
    caller.post(f"{HEADER}\nB,{CDS},2026,ELA,,\n")
    assert groups()["B"] == ([], [])
    gone = caller.session.delete(
        f"{caller.server.base}/groups", params={"school": CDS, "name": "b", "year": "2026"}, timeout=60
    )
    assert (gone.status_code, set(groups())) == (200, {"a"})


def test_the_same_bytes_again(caller):
    content = f"{HEADER}\n{row()}\n"
    first = caller.post(content).json()
    caller.get("/imports/1")
    caller.post(f"{HEADER}\n{row(ssid='9900000002')}\n")
    again = caller.post(content).json()
    assert (again["id"], again["status"]) == (first["id"], "PROCESSED")
    groups = requests.get(f"{caller.server.base}/emulator/groups", timeout=60).json()
    assert groups[0]["students"] == ["9900000002"]  # nothing was done again
    bad = caller.post(f"{HEADER}\n{row(year='2027')}\n").json()
    caller.server.config.years = [2026, 2027]
    mended = caller.post(f"{HEADER}\n{row(year='2027')}\n").json()
    assert (bad["status"], mended["status"], mended["id"] == bad["id"]) == ("BAD_DATA", "ACCEPTED", True)


def test_a_file_may_come_in_chunks(caller):
    answer = caller.session.post(
        f"{caller.server.base}/groups/imports",
        data=iter([f"{HEADER}\n".encode(), row().encode()]),
        headers={"Content-Type": "text/csv"},
        timeout=60,
    )
    assert (answer.status_code, answer.json()["message"]) == (202, f"1 group accepted for {CDS}.")
    assert caller.get("/imports/1").status_code == 200  # on the same connection


def test_what_the_pages_of_cers_call(caller):
    content = f"{HEADER}\n{row()}\n"
    caller.post(content)
    caller.post(f"{HEADER}\n{row(ssid='9900000002')}\n")
    answer = caller.session.post(
        f"{caller.server.base}/api/studentGroups", files={"file": ("own.csv", content.encode(), "text/csv")}, timeout=60
    )
    assert (answer.status_code, answer.json()["id"]) == (202, 1)
    (group,) = caller.get("/groups").json()
    assert group["students"] == ["9900000001"]  # by the page the same bytes are always loaded again
    assert [one["id"] for one in caller.get("/api/studentGroupBatches").json()] == [2, 1]


def test_the_states_api_says_less(start_cers):
    caller = Caller(start_cers(mode="ets"))
    assert caller.refused(row(year="2027")) == "The file was flagged as corrupt or malformed."
    assert caller.judged(row())[0] == "ACCEPTED"
    answer = requests.post(
        f"{caller.server.base}/api/v1/token", data={"username": DEMO_USER, "password": DEMO_SECRET}, timeout=60
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"), [("forbidden", 403), ("server_error", 500), ("unavailable", 503), ("unauthorized", 401)]
)
def test_faults_are_switched_on_for_so_many_calls(caller, fault, status):
    switch = f"{caller.server.base}/emulator/faults"
    assert requests.post(switch, json={"fault": fault, "times": 1}, timeout=60).status_code == 200
    content = f"{HEADER}\n{row()}\n"
    assert [caller.post(content).status_code for _ in range(2)] == [status, 202]
    assert requests.get(switch, timeout=60).json() == {}
    assert requests.post(switch, json={"fault": "no such"}, timeout=60).status_code == 400


def test_faults_of_loading(caller):
    switch = f"{caller.server.base}/emulator/faults"
    requests.post(switch, json={"fault": "load_failure", "times": 1}, timeout=60)
    assert caller.judged(row())[0] == "ACCEPTED"
    assert caller.get("/imports/1").json()["status"] == "BAD_DATA"
    requests.post(switch, json={"fault": "delay_processed", "times": 1, "seconds": 3600}, timeout=60)
    caller.judged(row("B"))
    assert caller.get("/imports/2").json()["status"] == "ACCEPTED"
    requests.post(switch, json={"fault": "wrong_scope", "times": 1}, timeout=60)
    assert "can not be found" in caller.refused(row("C"))
    requests.post(f"{caller.server.base}/emulator/reset", timeout=60)
    assert requests.get(f"{caller.server.base}/emulator/groups", timeout=60).json() == []
