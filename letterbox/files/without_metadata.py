"""Files without what they tell of whoever made them: EXIF and XMP of pictures, authors of documents, comments, thumbnails.

What can be seen in a file is not changed. Where a file cannot be cleaned for certain it is said so, and it is not given out.
"""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf
from lxml import etree
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from letterbox.domain.errors import LetterboxError

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFD = "application/ofd"
TEXTS = frozenset({"text/plain", "text/csv"})
"""Nothing in them but what can be read."""
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5000
ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The time that every part of a rewritten archive gets: the earliest there is."""
PEOPLE = frozenset({"author", "initials", "userId", "providerId", "lastModifiedBy", "userName"})
"""Attributes that name who wrote or commented."""
NAMED_ELEMENTS = frozenset({"Author", "Creator", "CreatorVersion", "Producer", "CustomData", "Company", "Manager"})
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".webp")
EMPTY_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
EMPTY_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
EMPTY_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
EMPTY_PARTS = {"docProps/core.xml": EMPTY_CORE, "docProps/app.xml": EMPTY_APP, "docProps/custom.xml": EMPTY_CUSTOM}


class CannotClean(LetterboxError):
    """The file may tell who made it, and that cannot be taken out."""


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same file as far as it can be seen. Raises CannotClean for a type that cannot be cleaned, or a broken file."""
    try:
        if media_type in PICTURES:
            return _picture(content, PICTURES[media_type])
        if media_type == PDF:
            return _pdf(content)
        if media_type in {DOCX, OFD}:
            return _archive(content)
    except (
        OSError,
        ValueError,
        SyntaxError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        pikepdf.PdfError,
        pikepdf.ForeignObjectError,
        zipfile.BadZipFile,
        RuntimeError,
        KeyError,
        etree.XMLSyntaxError,
    ) as error:
        raise CannotClean("这个文件打不开或者加了密，去不掉其中的作者等信息") from error
    if media_type in TEXTS:
        return content
    raise CannotClean("这种文件去不掉作者等信息：请不要放行，需要的内容可以另行转述")


def can_be_cleaned(media_type: str) -> bool:
    """Whether files of this type can be given out at all."""
    return media_type in {*PICTURES, *TEXTS, PDF, DOCX, OFD}


def _picture(content: bytes, format_name: str) -> bytes:
    """Drawn anew from its pixels, turned the way it is looked at; nothing else goes along."""
    out = io.BytesIO()
    with Image.open(
        io.BytesIO(content), formats=[format_name, "MPO"] if format_name == "JPEG" else [format_name]
    ) as image:
        if getattr(image, "is_animated", False) and format_name in {"GIF", "WEBP", "PNG"}:
            frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
            pause, times = image.info.get("duration", 100), image.info.get("loop", 0)
            for frame in frames:
                frame.info = {}
            frames[0].save(out, format_name, save_all=True, append_images=frames[1:], duration=pause, loop=times)
            return out.getvalue()
        image.seek(0)
        plain = ImageOps.exif_transpose(image)
        plain.info = {key: value for key, value in plain.info.items() if key == "transparency"}
        if format_name == "JPEG":
            plain = plain if plain.mode in {"RGB", "L", "CMYK"} else plain.convert("RGB")
            plain.save(out, "JPEG", quality=92, optimize=True, comment=b"", exif=b"")
        else:
            plain.save(out, format_name)
    return out.getvalue()


def _pdf(content: bytes) -> bytes:
    """Without document information, XMP, thumbnails, private data, files within, authors of notes, EXIF of its photos."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if pdf.is_encrypted:
            raise CannotClean("这个 PDF 加了密，去不掉其中的作者等信息")
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        names = pdf.Root.get("/Names")
        if names is not None and "/EmbeddedFiles" in names:
            del names["/EmbeddedFiles"]
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                _clean_object(each)
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _clean_object(each: pikepdf.Object) -> None:
    for key in ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified", "/AF"):
        if key in each:
            del each[key]
    if each.get("/Type") == "/Annot" or ("/Subtype" in each and "/Rect" in each):
        for key in ("/T", "/M", "/CreationDate", "/NM", "/FS"):
            if key in each:
                del each[key]
    if isinstance(each, pikepdf.Stream) and each.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        each.write(jpeg_without_segments(each.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def jpeg_without_segments(content: bytes) -> bytes:
    """A JPEG without its application and comment segments, pixels untouched; of APP0 and APP14 decoders need to know."""
    if not content.startswith(b"\xff\xd8"):
        return content
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xDA:
            break
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    return b"".join((*kept, content[at:]))


def _archive(content: bytes) -> bytes:
    """A DOCX or OFD written anew: no properties, nobody named in comments and changes, no times of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = old.infolist()
        if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
            raise CannotClean("这个文件展开后太大，去不掉其中的作者等信息")
        for each in parts:
            if not each.is_dir():
                new.writestr(zipfile.ZipInfo(each.filename, ALWAYS), _part(each.filename, old.read(each)))
    return out.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name in EMPTY_PARTS:
        return EMPTY_PARTS[name]
    suffix = name.lower()[name.rfind(".") :]
    if suffix in PICTURE_SUFFIXES:
        return _picture(content, {".jpg": "JPEG", ".jpeg": "JPEG"}.get(suffix, suffix[1:].upper()))
    return _without_people(content) if suffix in {".xml", ".rels"} else content


def _without_people(content: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    for each in root.iter():
        if not isinstance(each.tag, str):
            continue
        for key in each.attrib:
            if re.sub(r"^\{.*\}", "", str(key)) in PEOPLE:
                each.set(key, "")
        if re.sub(r"^\{.*\}", "", each.tag) in NAMED_ELEMENTS:
            each.text = None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
