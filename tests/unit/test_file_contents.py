"""Uploaded files: what is taken, and why another is not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from letterbox.domain.errors import FieldErrors
from letterbox.files import contents, fields, kinds
from letterbox.files.kinds import Refused
from letterbox.services.intake.attachments import checked_type
from tests.support.writers import sample_files as files

LINKS = ("https://a.example/b?c", "www.a.example", "mailto:a@b.example")
WHOLE = {
    "照片.png": files.image("PNG"), "照片.jpg": files.image("JPEG"), "动图.gif": files.image("GIF"), "图.webp": files.image("WEBP"),
    "材料.pdf": files.pdf(), "材料.docx": files.docx(), "公文.ofd": files.ofd(), "旧.doc": files.compound("WordDocument", "1Table"),
    "旧.wps": files.compound("WordDocument"),
    "带链接.docx": files.docx({"word/_rels/document.xml.rels": files.relations(("hyperlink", "https://a.example", "External"))}),
    "带表.docx": files.docx({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": files.package({"xl/workbook.xml": "<w/>"})}),
    "带公式.docx": files.docx({"word/embeddings/oleObject1.bin": files.compound("Equation Native")}),
    "带表单.pdf": files.pdf(AcroForm="<< /Fields [] >>"),
    "带网址.pdf": files.linked_pdf(*(f"/S /URI /URI ({each})" for each in LINKS)),
    "带目录.pdf": files.linked_pdf("/S /GoTo /D [0 /Fit]", "/S /URI /URI (#page=2)", "/S /Named /N /NextPage"),
    "翻到第一页.pdf": files.pdf(OpenAction="<< /S /GoTo /D [0 /Fit] >>"),
    "带目录.docx": files.field(" TOC \\o &quot;1-3&quot; \\h "),
    "网页复制.docx": files.field("INCLUDEPICTURE \\d ", '"https://a.example/1.png" \\* MERGEFORMATINET'),
    "说到DDE.docx": files.field('HYPERLINK "https://a.example/DDE"'),
}  # fmt: skip
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
    ("a.docx", files.docx()[:-30], "不是可接受的类型"),
    ("a.doc", files.compound("Macros", "WordDocument"), MACROS),
    ("a.doc", files.compound("_VBA_PROJECT", "WordDocument"), MACROS),
    ("a.doc", files.compound("\x01Ole10Native", "WordDocument"), PACKED),
    ("a.doc", files.compound("EncryptedPackage", "EncryptionInfo"), "打开密码"),
    ("a.doc", files.compound("Workbook"), "不是文字文档"),
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
