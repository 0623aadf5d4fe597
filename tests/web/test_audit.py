"""What people and machines do leaves its trace, with address and result and without anybody's data; the auditor reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.errors import Unavailable
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.services.audit.syslog import message
from letterbox.services.intake.intake import Receipt
from letterbox.store.audit import AuditEvent
from letterbox.wiring import Services
from tests.support.office.api import LETTER, Api
from tests.support.office.office import PASSWORD, SignIn, person_id, tag
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine
Since = Callable[[], list[AuditEvent]]


@pytest.fixture
def since(real: Services) -> Since:
    """Rows that were added since the test began, oldest first."""
    first = max((row.position for row in rows_after(real, 0)), default=0)
    return lambda: rows_after(real, first)


def rows_after(real: Services, position: int) -> list[AuditEvent]:
    with real.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.position > position).order_by(AuditEvent.position)
        return list(session.scalars(query))


def acts(rows: list[AuditEvent]) -> list[tuple[str, str]]:
    return [(row.act, row.result) for row in rows]


def written(
    real: Services, title: str, category: str | None, body: str = "中心路的路灯坏了半个月，晚上很黑。"
) -> Receipt:
    writer = WriterDetails(name="钱多多", phone="13712345678", email="qian.duoduo@example.org")
    draft = LetterDraft(
        channel=Channel.PORTAL, title=title, body=body, is_public=False, writer=writer, category=category
    )
    return real.intake.submit(draft, WRITER)


def letter(real: Services, category: str | None = None) -> str:
    return written(real, f"反映路灯{tag()}", category).number


def test_signing_in_and_out_is_recorded_with_the_address(
    api: Api, as_login: SignIn, since: Since, real: Services
) -> None:
    browser = as_login("screener")
    browser.submit("/sign-out")
    rows = since()
    assert acts(rows) == [("sign_in", "done"), ("sign_out", "done")]
    own = str(person_id(real, "screener"))
    assert {(row.by_id, row.by_name, row.object_id, row.address) for row in rows} == {(own, "陈晓岚", own, "127.0.0.1")}
    assert rows[0].by_roles == "reviewer,screener"
    assert len({row.request_id for row in rows}) == 2


@pytest.mark.parametrize(("login", "kind"), [("screener", "person"), ("my-secret-password", "login")])
def test_a_failed_sign_in_is_recorded_without_what_was_typed(api: Api, since: Since, login: str, kind: str) -> None:
    browser = Browser(api.app.test_client())
    browser.open("/desk/sign-in")
    browser.submit("/desk/sign-in", login=login, password="wrong-password")
    (row,) = since()
    assert (row.act, row.result, row.object_kind) == ("sign_in_failed", "refused", kind)
    assert "my-secret-password" not in f"{row.object_id} {row.detail} {row.by_name}"


def test_an_unknown_token_is_recorded(api: Api, since: Since) -> None:
    with api.app.test_client() as client:
        client.get("/api/v1/letters", headers={"Authorization": "Bearer lb_nonsense"})
    (row,) = since()
    assert (row.act, row.detail["factor"]) == ("sign_in_failed", "token")


def test_reading_a_letter_and_an_accusation_is_recorded_once_a_request(
    as_login: SignIn, real: Services, since: Since
) -> None:
    plain, report = letter(real), letter(real, "report")
    browser = as_login("screener")
    browser.open(f"/desk/letters/{plain}")
    browser.open(f"/desk/letters/{report}")
    assert [(row.act, row.object_id) for row in since()[1:]] == [("letter_read", plain), ("report_read", report)]


def test_a_machines_reading_is_recorded_and_does_not_unmask(api: Api, real: Services, since: Since) -> None:
    report = letter(real, "report")
    assert "钱多多" not in str(api.get(f"/letters/{report}", "screener"))
    api.post(f"/letters/{report}/actions/unmask", "screener", {"values": {"reason": "核实举报人"}})
    assert "钱多多" in str(api.get(f"/letters/{report}", "screener"))
    found = [(row.act, row.by_kind, row.object_id) for row in since() if row.act != "changed"]
    assert found == [
        ("report_read", "token", report),
        ("writer_unmasked", "token", report),
        ("report_read", "token", report),
    ]


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("handler.transport", "/studio/"),
        ("screener", "/admin/people"),
        ("admin", "/audit/"),
        ("auditor", "/desk/letters"),
        ("handler.transport", "/desk/letters/SX20990100001"),
    ],
)
def test_who_asks_for_what_is_not_his_is_recorded(as_login: SignIn, since: Since, login: str, path: str) -> None:
    assert as_login(login).open(path).status in {403, 404}
    row = since()[-1]
    assert (row.act, row.result) == ("refused", "refused")


def test_a_search_is_recorded_without_its_words_and_found_by_them(
    as_login: SignIn, real: Services, since: Since
) -> None:
    as_login("screener").open("/desk/letters?q=钱多多")
    row = since()[-1]
    assert (row.act, row.detail["words"]) == ("searched", 3)
    assert "钱多多" not in str(row.detail)
    auditor = as_login("auditor")
    page = auditor.open("/audit/?words=钱多多")
    assert "陈晓岚" in page.text
    assert "没有符合条件" in auditor.open("/audit/?words=钱少少").text


def test_files_that_leave_are_recorded(as_login: SignIn, since: Since) -> None:
    as_login("admin").client.get("/admin/files/people.yaml")
    as_login("supervisor.gov").client.get("/cockpit/limits.csv")
    assert [row.detail["page"] for row in since() if row.act == "downloaded"] == [
        "admin.file_export",
        "cockpit.limits_csv",
    ]


def test_a_change_is_recorded_once_done_or_refused(security: Browser, since: Since) -> None:
    security.open("/admin/tokens/new")
    security.submit("/tokens/new", name=f"令牌{tag()}", role="channel")
    security.open("/admin/tokens/new")
    security.submit("/tokens/new", name="", role="channel")
    made, refused = [row for row in since() if row.act == "changed"]
    assert (made.result, made.object_kind, made.detail) == ("done", "token", {"action": "TokenCreated"})
    assert (refused.result, refused.detail["page"]) == ("refused", "admin.token_new")


def test_a_change_of_ones_own_way_in_is_recorded_once(as_login: SignIn, since: Since) -> None:
    as_login("reviewer")
    browser = as_login("reviewer")
    browser.open("/desk/account")
    browser.submit("/end-others")
    made = [(row.act, row.result, row.detail) for row in since()[2:]]
    assert made == [("changed", "done", {"action": "SessionEnded"})]


def test_no_row_holds_a_writers_data(as_login: SignIn, real: Services, since: Since) -> None:
    number = letter(real, "report")
    browser = as_login("screener")
    for path in (f"/desk/letters/{number}", "/desk/letters?q=13712345678", f"/desk/letters/{number}/actions/unmask"):
        browser.open(path)
    browser.submit("/unmask", reason="举报人钱多多 13712345678 身份证 43132119680101123X")
    told = " ".join(f"{row.detail} {row.object_id} {row.by_name}" for row in since())
    for secret in ("13712345678", "钱多多", "43132119680101123X", "路灯"):
        assert secret not in told


def test_what_goes_to_the_log_server_holds_no_personal_data_no_code_and_no_title(
    api: Api, as_login: SignIn, real: Services, since: Since
) -> None:
    """It is not filtered by any reader's rights (decision 138): so there must be nothing in it to be kept from anybody."""
    title, name, phone, identity = f"举报水利局采购舞弊{tag()}", "钱多多", "13712345678", "43132119680101123X"
    receipt = written(real, title, "report", body=f"水利局王科长收钱。我的电话{phone}。")
    code = receipt.query_code or ""
    browser = as_login("screener")
    for typed in (title, name, phone, identity, code, "qian.duoduo@example.org"):
        browser.open(f"/desk/letters?q={typed}")
        browser.client.get(f"/desk/letters/{typed}")
    browser.open(f"/desk/letters/{receipt.number}/actions/unmask")
    browser.submit("/unmask", reason=f"举报人{name} {phone} 身份证 {identity}，查询码 {code}，《{title}》")
    with api.app.test_client() as client:
        for query_code in (code, "000000000000"):
            client.get(f"/api/v1/letters/{receipt.number}", headers={"X-Query-Code": query_code})
            client.get(f"/api/v1/letters/{receipt.number}?query_code={query_code}")
            client.post("/track", data={"number": receipt.number, "query_code": query_code})
    api.post(f"/letters/{receipt.number}/actions/unmask", "screener", {"values": {"reason": f"{name}{phone}{title}"}})
    rows = since()
    assert {row.act for row in rows} >= {"sign_in", "searched", "report_read", "writer_unmasked", "refused"}
    told = b"\n".join(message(row, "host") for row in rows).decode()
    leaked = [each for each in (title, name, phone, identity, code, "qian.duoduo", "水利局", "王科长") if each in told]
    assert leaked == []
    assert receipt.number in told, "which letter it was is what the trail is for"


@pytest.mark.parametrize(
    ("typed", "is_kept"),
    [
        ("SX20260900001", True), ("县长20260900001", True), ("12", True), ("transport", True), ("proposal 3", True), ("", True),
        ("letter-handling.bpmn", True), ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", True), ("desk.letters", True),
        ("T6AB12F20260900001", True),
        ("5791234567", False), ("57912 34567", False), ("钱多多", False), ("举报水利局", False), ("13712345678", False),
        ("qian@example.org", False), ("43132119680101123X", False), ("431321 19680101 123X", False), ("x" * 101, False),
    ],
)  # fmt: skip
def test_what_is_no_number_or_name_is_kept_as_a_fingerprint(
    real: Services, since: Since, typed: str, is_kept: bool
) -> None:
    real.trail.note(AuditAct.REFUSED, actor=None, object=Thing("letter", typed))
    (row,) = since()
    assert row.object_id == (typed if is_kept else f"#{real.trail.print_of(typed)}")


def test_an_accusation_that_cannot_be_traced_is_not_shown(
    as_login: SignIn, real: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = letter(real, "report")
    browser = as_login("screener")

    def nowhere(*_row: object) -> None:
        raise Unavailable("审计记录暂时写不进去，请稍后再试")

    def full(*_row: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(real.trail._writer, "add", nowhere)
    monkeypatch.setattr(real.trail, "_append", full)
    page = browser.open(f"/desk/letters/{number}")
    assert page.status == 503
    assert "审计记录暂时写不进去" in page.text
    assert "路灯" not in page.text
    assert browser.open("/desk/letters").status == 200


def test_the_auditor_finds_by_person_act_object_result_and_day(as_login: SignIn, real: Services) -> None:
    number = letter(real)
    as_login("reviewer").open(f"/desk/letters/{number}")
    auditor = as_login("auditor")
    day = f"{real.clock.now():%Y-%m-%d}"
    page = auditor.open(f"/audit/?who=王静怡&act=letter_read&about={number}&result=done&from={day}&to={day}")
    assert "1 条" in page.heading
    assert number in page.text
    for nothing in (
        f"who=无此人&about={number}",
        f"act=exported&about={number}",
        f"result=failed&about={number}",
        "to=2020-01-01",
    ):
        assert "没有符合条件的记录" in auditor.open(f"/audit/?{nothing}").text
    assert auditor.open("/audit/?from=nonsense&page=999999&who=%25%27").status == 200


def test_the_auditor_reads_names_addresses_and_words_instead_of_the_codes_names(as_login: SignIn) -> None:
    as_login("screener").open("/studio/")
    text = as_login("auditor").open("/audit/?act=sign_in").text
    assert "宋明察（" in text
    assert "方式：密码" in text
    refused = as_login("auditor").open("/audit/?act=refused").text
    assert "页面：/studio/" in refused
    assert "studio.home" not in refused


@pytest.mark.parametrize("login", ["admin", "security", "screener", "operator", "leader"])
def test_nobody_else_reads_the_trail(as_login: SignIn, login: str) -> None:
    assert as_login(login).open("/audit/").status == 403


def test_the_auditor_sees_no_letter_and_changes_nothing(as_login: SignIn, real: Services) -> None:
    number = letter(real)
    auditor = as_login("auditor")
    assert auditor.open(f"/desk/letters/{number}").status == 403
    assert auditor.open("/admin/changes").status == 200
    assert auditor.open("/desk/account").status == 200
    assert auditor.page.response.request.path == "/desk/account"


def test_the_channels_letters_are_nobodys_reading(api: Api, since: Since) -> None:
    api.post("/letters", "channel", {**LETTER, "channel_reference": tag()}, 201)
    assert [row.act for row in since()[-1:]] == ["changed"]
    assert PASSWORD not in str([row.detail for row in since()])
