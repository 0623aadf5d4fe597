"""Uploaded files: what is taken, and why another is not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from letterbox.domain.errors import FieldErrors
from letterbox.files import contents, fields, kinds, workbook_records
from letterbox.files.kinds import Refused
from letterbox.services.intake.attachments import checked_type
from tests.support.writers import sample_files as files

LINKS = ("https://a.example/b?c", "www.a.example", "mailto:a@b.example")
WHOLE = {
    "照片.png": files.image("PNG"),
    "照片.jpg": files.image("JPEG"),
    "动图.gif": files.image("GIF"),
    "图.webp": files.image("WEBP"),
    "材料.pdf": files.pdf(),
    "材料.docx": files.docx(),
    "公文.ofd": files.ofd(),
    "旧.doc": files.compound("WordDocument", "1Table"),
    "旧.wps": files.compound("WordDocument"),
    "欠薪名单.xls": files.compound("Workbook"),
    "欠薪名单.et": files.compound("Workbook"),
    "更旧.xls": files.compound("Book"),
    "汇报.ppt": files.compound("PowerPoint Document"),
    "汇报.dps": files.compound("PowerPoint Document"),
    "欠薪名单.xlsx": files.xlsx(),
    "汇报.pptx": files.package({"[Content_Types].xml": "<t/>", "ppt/presentation.xml": "<p/>"}),
    "查另一表.xlsx": files.xlsx(
        {
            "xl/externalLinks/_rels/externalLink1.xml.rels": files.relations(
                ("externalLinkPath", "file:///C:/a.xlsx", "External")
            )
        }
    ),
    "名单.ods": files.open_document("spreadsheet"),
    "说明.odt": files.open_document("text", {"content.xml": files.odf_link("a", "https://a.example")}),
    "名单.csv": "姓名,欠薪\n张三,-3000\n李四,=SUM(B1:B2)\n".encode(),
    "说明.txt": "路灯坏了".encode("gb18030"),
    "表格.csv": b"\xff\xfe" + "姓名\t欠薪\n".encode("utf-16-le"),
    "前面有字.pdf": b"\xef\xbb\xbf\r\n" + files.pdf(),
    "BM开头.txt": b"BMW and MZ are names",
    "带链接.docx": files.docx(
        {"word/_rels/document.xml.rels": files.relations(("hyperlink", "https://a.example", "External"))}
    ),
    "带表.docx": files.docx(
        {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": files.package({"xl/workbook.xml": "<w/>"})}
    ),
    "带公式.docx": files.docx({"word/embeddings/oleObject1.bin": files.compound("Equation Native")}),
    "带表单.pdf": files.pdf(AcroForm="<< /Fields [] >>"),
    "带网址.pdf": files.linked_pdf(*(f"/S /URI /URI ({each})" for each in LINKS)),
    "带目录.pdf": files.linked_pdf("/S /GoTo /D [0 /Fit]", "/S /URI /URI (#page=2)", "/S /Named /N /NextPage"),
    "翻到第一页.pdf": files.pdf(OpenAction="<< /S /GoTo /D [0 /Fit] >>"),
    "带目录.docx": files.field(" TOC \\o &quot;1-3&quot; \\h "),
    "网页复制.docx": files.field("INCLUDEPICTURE \\d ", '"https://a.example/1.png" \\* MERGEFORMATINET'),
    "说到DDE.docx": files.field('HYPERLINK "https://a.example/DDE"'),
}
FIELD_OF_SHEET = "会启动程序的域"
MACRO_TYPE = "<Types ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"
MACROS, PACKED, FAR, PROGRAM, BROKEN = "宏", "嵌入了别的文件", "别处的模板", "会运行的程序", "打不开"
FIELD, FAR_FIELD, OTHER_FILE, ELSEWHERE, UNASKED = (
    "会启动程序的域",
    "别处取文件的域",
    "打开别的文件",
    "别处的文件",
    "自己去访问网址",
)
SIMPLE = "<w:document xmlns:w='urn:w'><w:fldSimple w:instr='&#68;DEAUTO c:\\\\cmd.exe'/></w:document>"
SHEET = {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink ddeService='cmd'/></externalLink>"}
REFUSED = [
    ("a.docx", files.docx({"word/vbaProject.bin": b"x"}), MACROS),
    ("a.docx", files.docx({"word/VBAPROJECT.BIN": b"x"}), MACROS),
    ("a.docx", files.docx({"word/anything.bin": files.compound("VBA", "dir")}), MACROS),
    ("a.docx", files.docx({"[Content_Types].xml": MACRO_TYPE}), MACROS),
    ("a.docx", files.docx({"word/activeX/activeX1.xml": "<x/>"}), MACROS),
    ("a.docx", files.docx({"word/_rels/document.xml.rels": files.relations(("vbaProject", "x.bin", ""))}), MACROS),
    ("a.docx", files.docx({"word/embeddings/a.xlsx": files.package({"xl/vbaProject.bin": b"x"})}), MACROS),
    ("a.docx", files.docx({"evil.exe": b"MZ"}), PACKED),
    ("a.docx", files.docx({"word/media/image1.png": b"MZ\x90"}), PACKED),
    ("a.docx", files.docx({"word/run.js": b"x"}), PACKED),
    ("a.docx", files.docx({"word/embeddings/oleObject1.bin": files.compound("\x01Ole10Native")}), PACKED),
    ("a.ofd", files.ofd({"Doc_0/Attachs/evil.bat": b"x"}), PACKED),
    ("a.docx", files.docx({"word/_rels/settings.xml.rels": files.relations(("attachedTemplate", "//a.example/t.dotm", "External"))}), FAR),
    ("a.docx", files.docx({"word/_rels/document.xml.rels": files.relations(("oleObject", "http://a.example/o", "External"))}), FAR),
    ("a.docx", files.docx({"word/_rels/d.rels": files.relations(("frame", "//a.example/x", "EXTERNAL"))}), FAR),
    ("a.docx", files.docx({"word/_rels/d.rels": files.relations(("frame", "//a.example/x", "External")).encode("utf-16")}), FAR),
    ("a.docx", files.field("DDEAUTO c:\\\\windows\\\\cmd.exe"), FIELD),
    ("a.docx", files.field(" &quot;", "DD", "E &quot;cmd&quot; &quot;/c&quot;"), FIELD),
    ("a.docx", files.docx({"word/header1.xml": SIMPLE}), FIELD),
    ("a.docx", files.docx({"word/header1.xml": SIMPLE.encode("utf-16")}), FIELD),
    ("a.docx", files.docx({"word/embeddings/a.xlsx": files.package(SHEET)}), FIELD),
    ("a.docx", files.docx({"word/footer1.xml": "<!DOCTYPE w [<!ENTITY d 'DDE'>]><w/>"}), BROKEN),
    ("a.docx", files.field('INCLUDEPICTURE "\\\\\\\\a.example\\\\x.png"'), FAR_FIELD),
    ("a.docx", files.field('INCLUDETEXT "https://a.example/t.docx"'), FAR_FIELD),
    ("a.docx", files.docx({"../../evil.xml": "<x/>"}), BROKEN),
    ("a.docx", files.docx({"WORD/DOCUMENT.xml": "<x/>"}), BROKEN),
    ("a.docx", files.docx({"word/big.xml": b"0" * (101 * 1024 * 1024)}), "太大"),
    ("a.docx", files.docx()[:-30], BROKEN),
    ("a.doc", files.compound("Macros", "WordDocument"), MACROS),
    ("a.doc", files.compound("_VBA_PROJECT", "WordDocument"), MACROS),
    ("a.doc", files.compound("\x01Ole10Native", "WordDocument"), PACKED),
    ("a.doc", files.compound("EncryptedPackage", "EncryptionInfo"), "打开密码"),
    ("a.doc", files.compound("VisioDocument"), "Visio"),
    ("a.msg", files.compound("__properties_version1.0"), "Outlook 邮件"),
    ("a.xls", files.compound("_VBA_PROJECT_CUR", "Workbook"), MACROS),
    ("a.xlsm", files.xlsx({"xl/vbaProject.bin": b"x"}), MACROS),
    ("a.xlsx", files.xlsx({"xl/macrosheets/sheet1.xml": "<x/>"}), MACROS),
    ("a.xlsx", files.xlsx(SHEET), FIELD_OF_SHEET),
    ("a.xlsx", files.xlsx({"xl/connections.xml": "<connections/>"}), "外部数据连接"),
    ("a.xlsx", files.xlsx({"xl/worksheets/sheet1.xml": '<c><f>_xlfn.WEBSERVICE("https://a.example")</f></c>'}), "外部数据连接"),
    ("a.xlsx", files.xlsx({"xl/_rels/l.rels": files.relations(("externalLinkPath", "file:///\\\\a.example\\s\\b.xlsx", "External"))}), FAR),
    ("a.xlsx", files.xlsx({"xl/_rels/l.rels": files.relations(("externalLinkPath", "https://a.example/b.xlsx", "External"))}), FAR),
    ("a.xlsb", files.package({"[Content_Types].xml": "<t/>", "xl/workbook.bin": b"x"}), "XLSB"),
    ("a.ppt", files.compound("EncryptedSummary", "PowerPoint Document"), "打开密码"),
    ("a.ods", files.open_document("spreadsheet", {"Basic/Standard/Module1.xml": "<x/>"}), MACROS),
    ("a.ods", files.open_document("spreadsheet", {"content.xml": "<o><event-listener/></o>"}), MACROS),
    ("a.ods", files.open_document("spreadsheet", {"content.xml": "<o><dde-link/></o>"}), FIELD_OF_SHEET),
    ("a.ods", files.open_document("spreadsheet", {"content.xml": "<o formula='of:=DDE(&quot;cmd&quot;)'/>"}), FIELD_OF_SHEET),
    ("a.odt", files.open_document("text", {"content.xml": files.odf_link("image", "https://a.example/x.png")}), FAR),
    ("a.odt", files.open_document("text", {"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "打开密码"),
    ("a.csv", b"a,b\n=cmd|' /C calc'!A0,1\n", "会启动程序的公式"),
    ("a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, BROKEN),
    ("a.pdf", files.pdf(OpenAction="<< /S /JavaScript /JS (app.alert(1)) >>"), PROGRAM),
    ("a.pdf", files.pdf(OpenAction="<< /S /Launch /F (cmd.exe) >>"), PROGRAM),
    ("a.pdf", files.pdf(AA="<< /WC << /S /JavaScript /JS (x) >> >>"), PROGRAM),
    ("a.pdf", files.pdf(Names="<< /EmbeddedFiles << /Names [(a) << /Type /Filespec /EF << >> >>] >> >>"), PACKED),
    ("a.pdf", files.linked_pdf("/S /Launch /F (cmd.exe)"), PROGRAM),
    ("a.pdf", files.linked_pdf("/S /GoToR /F (//a.example/x.pdf) /D [0 /Fit]"), OTHER_FILE),
    ("a.pdf", files.linked_pdf("/S /GoToE /T << /R /C >>"), OTHER_FILE),
    ("a.pdf", files.linked_pdf("/S /URI /URI (file:////a.example/x)"), "不是网址"),
    ("a.pdf", files.linked_pdf("/S /URI /URI (//a.example/x)"), "不是网址"),
    ("a.pdf", files.linked_pdf("/S /URI /URI (javascript:alert\\(1\\))"), "不是网址"),
    ("a.pdf", files.linked_pdf("/S /SubmitForm /F (https://a.example)"), "发到别处"),
    ("a.pdf", files.pdf(OpenAction="<< /S /URI /URI (https://a.example) >>"), UNASKED),
    ("a.pdf", files.pdf(AA="<< /WC << /S /URI /URI (https://a.example) >> >>"), UNASKED),
    ("a.pdf", files.locked_pdf(), "打开密码"),
    ("a.pdf", b"%PDF-1.7 x", BROKEN),
    ("a.pdf", b"%PDF-1.7\n" + b"<<" * 5000, BROKEN),
    ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, BROKEN),
    ("a.jpg", b"\xff\xd8\xff" + b"<script>", BROKEN),
    ("a.gif", b"GIF89a<script>alert(1)</script>", BROKEN),
    ("a.png", files.image("PNG", (12_000, 12_000)), "像素太多"),
    ("a.webp", b"RIFF\0\0\0\0WEBP", BROKEN),
]  # fmt: skip


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(32)
TRUE_REASONS = [
    ("照片.heic", HEIC, "是 HEIC 照片"),
    ("照片.JPG", HEIC, "兼容性最佳"),
    ("照片.jpg", HEIC.replace(b"heic", b"avif"), "AVIF"),
    ("扫描.tif", b"II*\0" + bytes(9), "TIFF"),
    ("图.bmp", b"BM" + bytes(60), "BMP"),
    ("材料.zip", files.package({"a.txt": "x"}), "压缩包"),
    ("材料.rar", b"Rar!\x1a\x07\x01\0", "压缩包"),
    ("录音.amr", b"#!AMR\n\x04", "录音"),
    ("录音.m4a", b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "录音"),
    ("视频.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "视频"),
    ("通知.doc", b"{\\rtf1\\ansi ...}", "其实是 RTF 文档"),
    ("通知.doc", b"<html xmlns:o='urn:schemas-microsoft-com:office:office'><body>x", "其实是网页"),
    ("表.xls", b"\n<table><tr><td>1", "其实是网页"),
    ("通知.doc", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n", "存档"),
    ("表.xls", b"<?xml version='1.0'?><Workbook/>", "其实是 XML"),
    ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ("程序.exe", b"MZ\x90", "是程序"),
    ("材料.pdf", b"MZ\x90\0%PDF-1.7", "是程序"),
    ("程序.bat", b"@echo off\r\ncalc", "里面是纯文本，不是 BAT"),
    ("未知.xyz", b"\0\x01\x02", "不是可接受的类型"),
]


@pytest.mark.parametrize(("name", "content", "why"), TRUE_REASONS, ids=[f"{n}-{why}" for n, _, why in TRUE_REASONS])
def test_what_is_not_taken_is_called_what_it_is(name: str, content: bytes, why: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        checked_type(content, name)
    assert why in refused.value.errors["attachments"]


@pytest.mark.parametrize(
    ("name", "content", "kept", "media_type"),
    [
        ("微信图片.png", files.image("JPEG"), "微信图片.jpg", kinds.JPEG),
        ("图.jpg", files.image("WEBP"), "图.webp", kinds.WEBP),
        ("图.jfif", files.image("JPEG"), "图.jfif", kinds.JPEG),
        ("图.JPE", files.image("JPEG"), "图.jpe", kinds.JPEG),
        ("照片.HEIC", files.image("JPEG"), "照片.jpg", kinds.JPEG),
        ("合同.ＰＤＦ", files.pdf(), "合同.pdf", kinds.PDF),
        ("合同．pdf", files.pdf(), "合同.pdf", kinds.PDF),
        ("合同", files.pdf(), "合同.pdf", kinds.PDF),
        ("合同.第二版", files.pdf(), "合同.第二版.pdf", kinds.PDF),
        ("合同.exe", files.pdf(), "合同.exe.pdf", kinds.PDF),
        ("名单.doc", files.compound("Workbook"), "名单.xls", kinds.XLS),
        ("名单.et", files.compound("Workbook"), "名单.et", kinds.XLS),
        ("公文.wps", files.docx(), "公文.docx", kinds.DOCX),
        ("名单", files.xlsx(), "名单.xlsx", kinds.XLSX),
    ],
)
def test_a_file_is_what_its_bytes_say_and_gets_the_extension_for_it(
    name: str, content: bytes, kept: str, media_type: str
) -> None:
    assert checked_type(content, name) == media_type
    assert kinds.name_of_kind(name, media_type) == kept


def test_what_stands_before_a_pdfs_start_is_not_kept() -> None:
    document = files.pdf()
    assert contents.kept(b"HTTP/1.1 200 OK\r\n\r\n" + document, kinds.PDF) == document


def record(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


def book_link(address: str) -> bytes:
    return record(0x01AE, b"\x01\0" + len(address).to_bytes(2, "little") + b"\0" + address.encode("latin-1"))


@pytest.mark.parametrize(
    ("records", "why"),
    [
        (record(0x85, bytes(4) + b"\x00\x01\x02\x00ab"), MACROS),
        (record(0x2F, bytes(4)), "打开密码"),
        (book_link("cmd\x03 /c calc"), "会启动程序的链接"),
        (book_link("\x01\x01@a.example\x03s\x03b.xls"), "别处机器"),
        (book_link("\x01\x05\x13https://a.example/b.xls"), "别处机器"),
    ],
)
def test_an_older_workbook_that_runs_or_fetches_is_refused(records: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        workbook_records.check(record(0x0809, bytes(16)) + records)


def test_an_older_workbook_with_sheets_and_links_to_its_neighbour_is_taken() -> None:
    plain = record(0x0809, bytes(16)) + record(0x85, bytes(4) + b"\0\0\x02\0ab") + book_link("\x01\x01Cdata\x03b.xls")
    assert workbook_records.check(plain + b"\x0a\0\0") is None


@pytest.mark.parametrize("name", WHOLE)
def test_what_people_send_is_taken(name: str) -> None:
    assert checked_type(WHOLE[name], name)


@pytest.mark.parametrize(
    ("name", "content", "why"), REFUSED, ids=[f"{n}-{why}-{i}" for i, (n, _, why) in enumerate(REFUSED)]
)
def test_what_runs_hides_or_only_looks_right_is_refused_with_the_reason(name: str, content: bytes, why: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        checked_type(content, name)
    assert why in refused.value.errors["attachments"]
    assert f"“{name}”" in refused.value.errors["attachments"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", files.package({"a.exe": b"MZ"}), files.image("JPEG")])
def test_what_stands_behind_a_pictures_end_is_not_kept(kind: str, behind: bytes) -> None:
    """A page, a packed file, or what a cutting tool forgot of the picture before."""
    picture = files.image(kind, (40, 30))
    media_type = checked_type(picture + behind, f"a.{kind.lower()}")
    assert contents.kept(picture + behind, media_type) == picture
    assert contents.kept(picture, media_type) == picture


def test_many_frames_and_scans_are_one_picture() -> None:
    frames = [Image.new("P", (9, 9), index) for index in range(3)]
    animated = io.BytesIO()
    frames[0].save(animated, "GIF", save_all=True, append_images=frames[1:], comment=b"x" * 300)
    scans = files.image("JPEG", (90, 70), progressive=True, quality=95, comment=b"\xff\xd9")
    for content, media_type in ((animated.getvalue(), kinds.GIF), (scans, kinds.JPEG)):
        assert contents.kept(content + b"behind", media_type) == content


def test_a_picture_that_is_a_packed_file_as_well_is_refused() -> None:
    """In a comment of the picture itself, so that cutting its end does not help."""
    both = files.image("JPEG", comment=b"x")[:-2] + files.package({"a.exe": b"MZ"})
    with pytest.raises(FieldErrors) as refused:
        checked_type(both, "a.jpg")
    assert "压缩文件" in refused.value.errors["attachments"]


@pytest.mark.parametrize("text", [b"\x13 DDEAUTO c:\\cmd.exe \x14x\x15", "\x13 DDE cmd".encode("utf-16-le")])
def test_an_older_documents_field_that_starts_a_program_is_refused(text: bytes) -> None:
    with pytest.raises(Refused, match="会启动程序的域"):
        fields.check_stream(b"words before " + text)
    fields.check_stream("说到 DDEAUTO 的文字".encode("utf-16-le") + b"DDE")
