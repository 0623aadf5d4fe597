"""Files go out without what they tell of whoever made them; what can be seen in them stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from letterbox.files.kinds import DOC, DOCX, GIF, JPEG, OFD, PDF, PNG, WEBP
from letterbox.files.without_metadata import CannotClean, can_be_cleaned, without_metadata

SECRET = "QianShoumi"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(format_name: str, **saving: object) -> bytes:
    """Two colours, so that turning it shows; the secret in every place that the format has for it."""
    image = Image.new("RGB", (40, 20), RED)
    image.paste(BLUE, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x013B], exif[0x010E], exif[0x9286] = SECRET, SECRET, SECRET
    exif[0x8825] = {1: "N", 2: (25.0, 57.0, 34.0)}
    out = io.BytesIO()
    image.save(out, format_name, exif=exif, **saving)
    return out.getvalue()


def jpeg() -> bytes:
    return picture("JPEG", comment=SECRET.encode(), xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())


def png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET)
    info.add_itxt("XML:com.adobe.xmp", SECRET)
    return picture("PNG", pnginfo=info)


def gif() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE, (0, 255, 0))]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=SECRET.encode(), duration=80, loop=0)
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        made.docinfo["/Author"] = SECRET
        with made.open_metadata() as meta:
            meta["dc:creator"] = [SECRET]
        photo = pikepdf.Stream(
            made,
            jpeg(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=40,
            Height=20,
            BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB,
            Filter=pikepdf.Name.DCTDecode,
        )
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made.make_indirect(photo)))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="看这里", T=SECRET
        )
        made.pages[0].Annots = made.make_indirect([made.make_indirect(note)])
        made.attachments["letter.txt"] = SECRET.encode()
        made.save(out)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.comment = SECRET.encode()
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx() -> bytes:
    core = f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{SECRET}</dc:creator></p>'
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": f'<w:document {W}><w:ins w:author="{SECRET}"><w:t>正文在</w:t></w:ins></w:document>'.encode(),
            "word/comments.xml": f'<w:comments {W}><w:comment w:author="{SECRET}" w:initials="{SECRET}"/></w:comments>'.encode(),
            "word/people.xml": f'<w:people {W}><w:person w:author="{SECRET}"/></w:people>'.encode(),
            "word/media/image1.jpg": jpeg(),
            "docProps/core.xml": core.encode(),
            "docProps/app.xml": f"<Properties><Company>{SECRET}</Company></Properties>".encode(),
            "docProps/custom.xml": f"<Properties><a>{SECRET}</a></Properties>".encode(),
        }
    )


def ofd() -> bytes:
    return archive({"OFD.xml": f"<OFD><DocBody><DocInfo><Author>{SECRET}</Author></DocInfo></DocBody></OFD>".encode()})


CASES = {
    PNG: png,
    JPEG: jpeg,
    WEBP: lambda: picture("WEBP", xmp=SECRET.encode()),
    GIF: gif,
    PDF: pdf,
    DOCX: docx,
    OFD: ofd,
}


def unpacked(content: bytes, media_type: str) -> bytes:
    """Everything in the file without compression."""
    if media_type in {DOCX, OFD}:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return opened.comment + b"".join(opened.read(each) for each in opened.namelist())
    if media_type == PDF:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as opened:
            opened.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
            )
        return out.getvalue()
    return content


def holds(content: bytes, media_type: str) -> bool:
    plain = unpacked(content, media_type)
    return SECRET.encode() in plain or SECRET.encode("utf-16-be") in plain


@pytest.mark.parametrize(("media_type", "make"), CASES.items(), ids=[each.rpartition("/")[2][-12:] for each in CASES])
def test_who_made_it_is_in_the_original_and_not_in_what_goes_out(media_type: str, make: Callable[[], bytes]) -> None:
    original = make()
    assert holds(original, media_type)
    cleaned = without_metadata(original, media_type)
    assert not holds(cleaned, media_type)
    assert can_be_cleaned(media_type)


def test_a_picture_looks_as_before_also_one_that_its_tag_turns() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    with Image.open(io.BytesIO(png())) as plain:
        plain.convert("RGB").save(out, "JPEG", exif=exif, quality=95)
    with Image.open(io.BytesIO(without_metadata(out.getvalue(), JPEG))) as turned:
        assert turned.size == (20, 40)
        assert dict(turned.getexif()) == {}
        top, bottom = turned.getpixel((10, 5)), turned.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 150 > top[0]
    assert bottom[0] > 150 > bottom[2]


def test_an_animation_goes_on_moving_and_a_document_keeps_its_words() -> None:
    with Image.open(io.BytesIO(without_metadata(gif(), GIF))) as animated:
        assert getattr(animated, "n_frames", 1) == 3
    assert "正文在".encode() in unpacked(without_metadata(docx(), DOCX), DOCX)
    with pikepdf.open(io.BytesIO(without_metadata(pdf(), PDF))) as opened:
        assert len(opened.pages) == 1
        assert "/Im0" in opened.pages[0].Resources.XObject


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xd0\xcf\x11\xe0", DOC),
        (b"%PDF-1.7 broken", PDF),
        (b"\xff\xd8\xff broken", JPEG),
        (b"PK\x03\x04", DOCX),
        (b"GIF8", GIF),
    ],
)
def test_what_cannot_be_cleaned_does_not_go_out(content: bytes, media_type: str) -> None:
    with pytest.raises(CannotClean):
        without_metadata(content, media_type)


def test_an_encrypted_document_does_not_go_out() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    with pytest.raises(CannotClean):
        without_metadata(out.getvalue(), PDF)
