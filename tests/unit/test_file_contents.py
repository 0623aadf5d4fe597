"""Uploaded files: what is taken, and why another is not."""

from __future__ import annotations

import pytest

from letterbox.domain.errors import FieldErrors
from letterbox.services.intake.attachments import checked_type
from tests.support.writers import sample_files as files

WHOLE = {
    "照片.png": files.image("PNG"), "照片.jpg": files.image("JPEG"), "动图.gif": files.image("GIF"), "图.webp": files.image("WEBP"),
    "材料.pdf": files.pdf(), "材料.docx": files.docx(), "公文.ofd": files.ofd(), "旧.doc": files.compound("WordDocument", "1Table"),
    "旧.wps": files.compound("WordDocument"),
    "带链接.docx": files.docx({"word/_rels/document.xml.rels": files.relations(("hyperlink", "https://a.example", "External"))}),
    "带表.docx": files.docx({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": files.package({"xl/workbook.xml": "<w/>"})}),
    "带公式.docx": files.docx({"word/embeddings/oleObject1.bin": files.compound("Equation Native")}),
    "带表单.pdf": files.pdf(AcroForm="<< /Fields [] >>"),
    "带网址.pdf": files.pdf(OpenAction="<< /S /URI /URI (https://a.example) >>"),
}  # fmt: skip
MACRO_TYPE = "<Types ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>"
MACROS, PACKED, FAR, PROGRAM, BROKEN = "宏", "嵌入了别的文件", "别处的模板", "会运行的程序", "打不开"
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
