"""Pictures: one that no program can open, or that would fill the memory when opened, is none."""

from __future__ import annotations

import io
import warnings
import zipfile

from PIL import Image, UnidentifiedImageError

from letterbox.files.kinds import Refused
from letterbox.files.picture_ends import without_what_follows

MOST_PIXELS = 120_000_000
"""More than any telephone's camera takes; a small file can claim thousands of millions."""
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def check(content: bytes, media_type: str) -> None:
    """Raises Refused. What is kept of it (``contents.kept``) must be no packed file as well."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise Refused("的像素太多，请缩小图片后再上传")
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("的像素太多，请缩小图片后再上传") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused("不是完整的图片，打不开，请重新选择原图") from error
    if zipfile.is_zipfile(io.BytesIO(without_what_follows(content, media_type))):
        raise Refused("里藏着压缩文件，请重新选择原图")
