"""Attachments of a letter being written."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.support.writers import sample_files
from tests.support.writers.letters import PNG, picture, write_until
from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]

MEGABYTE = 1024 * 1024


def broken_zip(at: int, byte: bytes) -> bytes:
    """An archive whose list of files is wrong ``at`` bytes after it begins: 6 the version needed, 46 the first name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("文.xml", "")
    content = packed.getvalue()
    start = content.index(b"PK\x01\x02") + at
    return content[:start] + byte + content[start + 1 :]


def test_uploaded_files_are_listed_and_can_be_taken_out(browser: Browser) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="upload", attachments=[picture("一.png"), picture("二.png")])
    assert page.status == 200
    assert "已上传 2 个" in page.text
    page = browser.submit(
        "/write/files", button=page.tree.xpath("string((//button[starts-with(@value, 'remove:')])[1]/@value)")
    )
    assert "一.png" not in page.text
    assert "二.png" in page.text


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("程序.exe", b"MZ\x90", "不是可接受的类型"),
        ("假的.png", b"%PDF-1.7", "不是完整的 PDF"),
        ("空.pdf", b"", "是空文件"),
        ("坏.docx", broken_zip(6, b"\x63"), "不是完整的文件"),
        ("乱.docx", broken_zip(46, b"\xff"), "不是完整的文件"),
        ("大.png", PNG + b"0" * (10 * MEGABYTE), "有 10.1 MB，每个附件最大 10 MB"),
    ],
)
def test_a_refused_file_says_why_and_the_good_one_stays(browser: Browser, name: str, content: bytes, why: str) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="next", attachments=[picture("好.png"), picture(name, content)])
    assert page.status == 422
    assert why in page.errors[0]
    assert name in page.errors[0]
    assert "好.png" in page.text


def test_the_same_file_is_kept_once_and_the_writer_reads_so(browser: Browser, portal: Portal) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="upload", attachments=[picture("一.png", PNG), picture("二.png", PNG)])
    assert page.errors == ["“二.png”与前面的“一.png”是同一个文件，没有重复保存"]
    assert len(portal.files()) == 1


def test_an_upload_is_listed_under_the_extension_of_its_kind(browser: Browser) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="upload", attachments=[picture("名单.doc", sample_files.xlsx())])
    assert page.status == 200
    assert "名单.xlsx" in page.text


def test_a_sixth_file_is_refused(browser: Browser, portal: Portal) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="next", attachments=[picture(f"{n}.png") for n in range(6)])
    assert page.status == 422
    assert "附件最多 5 个" in page.errors[0]
    assert len(portal.files()) == 5


def test_uploading_nothing_says_what_to_do(browser: Browser) -> None:
    write_until(browser, "files")
    page = browser.submit("/write/files", button="upload")
    assert "请先选择文件" in page.errors[0]


def test_a_made_up_file_reference_is_dropped(browser: Browser, portal: Portal) -> None:
    write_until(browser, "check")
    browser.submit("/write/check", button="next", file=["WyJ1OSIsIngucG5nIiwxXQ.forged"])
    assert portal.only_letter()
    assert portal.files() == []


def test_files_survive_errors_on_later_pages(browser: Browser) -> None:
    write_until(browser, "writer", attachments=[picture("照片.png")])
    browser.submit("/write/writer", button="next", name="", phone="")
    page = browser.submit("/write/writer", button="change:check", name="张三", phone="13812345678")
    assert "照片.png" in page.text


def test_an_upload_never_lies_on_the_disk_in_clear(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    write_until(browser, "files")
    large = picture("大.png", PNG + bytes(2 * MEGABYTE))
    assert browser.submit("/write/files", button="upload", attachments=[large]).status == 200
