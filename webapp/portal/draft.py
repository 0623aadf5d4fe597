"""A letter being written, carried from step to step in the form itself: nothing is kept on the server or in cookies."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from letterbox.domain.keys import Purpose
from letterbox.domain.letter import MAX_ATTACHMENTS, LetterDraft, WriterDetails
from letterbox.domain.vocabulary import Category, Channel
from letterbox.services.intake.attachments import UploadRef
from webapp.services import services

TEXTS = (
    "submission",
    "consent",
    "category",
    "accused",
    "accused_words",
    "unit",
    "unit_words",
    "place",
    "title",
    "body",
    "name",
    "phone",
    "email",
    "address",
    "is_public",
)
NO_CONTENT = frozenset({"submission", "unit_words", "accused_words"})
FILES = "file"
"""Hidden field (repeated): a signed reference to a file that the service has already taken."""
DIGEST_CHARS = 32
GOOD_FOR_S = 24 * 3600
"""As long as an upload waits for its letter."""


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A checked and stored file; the signature keeps name and size from being made up."""

    token: str
    filename: str
    size: int
    signed: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Raw texts by field name, and the files taken so far."""

    texts: dict[str, str]
    files: tuple[CarriedFile, ...] = ()

    @classmethod
    def new(cls) -> Draft:
        return cls({"submission": secrets.token_urlsafe(18)})

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Draft:
        """What the form carried. Forged file references are dropped."""
        texts = {name: form[name] for name in TEXTS if form.get(name)}
        texts.setdefault("submission", secrets.token_urlsafe(18))
        files = (_verified(signed) for signed in form.getlist(FILES)[:MAX_ATTACHMENTS])
        return cls(texts, tuple(file for file in files if file))

    def hidden(self, shown: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Fields to carry on; ``shown`` are those the page itself asks for."""
        yield from ((name, text) for name, text in self.texts.items() if name not in shown)
        yield from ((FILES, file.signed) for file in self.files)

    def with_file(self, ref: UploadRef) -> Draft:
        return replace(self, files=(*self.files, carried(ref)))

    def without_file(self, token: str) -> Draft:
        return replace(self, files=tuple(file for file in self.files if file.token != token))

    def get(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def is_report(self) -> bool:
        """Accusations are never published (A5)."""
        return self.get("category") == Category.REPORT

    def with_text(self, name: str, text: str) -> Draft:
        return replace(self, texts={**self.texts, name: text})

    @property
    def place_words(self) -> str | None:
        """Unit and place in one line, as the letter keeps it."""
        return " · ".join(part for part in (self.get("unit_words"), self.get("place").strip()) if part) or None

    @property
    def digest(self) -> str:
        """Of everything written and attached: a letter that was changed after it was sent is another letter."""
        texts = {name: text for name, text in sorted(self.texts.items()) if name not in NO_CONTENT}
        content = json.dumps([texts, [file.token for file in self.files]])
        return hashlib.sha256(content.encode()).hexdigest()[:DIGEST_CHARS]

    def letter(self) -> LetterDraft:
        """For the intake. The same submission with the same content has the same ``source_key``, so it enters once."""
        return LetterDraft(
            channel=Channel.PORTAL,
            title=self.get("title"),
            body=self.get("body"),
            is_public=self.get("is_public") == "yes" and not self.is_report,
            writer=WriterDetails(
                name=self.get("name"), phone=self.get("phone"), email=self.get("email"), address=self.get("address")
            ),
            category=self.get("category") or None,
            accused=self.get("accused") or None if self.is_report else None,
            place=self.place_words,
            source_key=f"portal:{self.get('submission')[:64]}:{self.digest}",
            uploads=tuple(file.token for file in self.files),
            consent=bool(self.get("consent")),
            must_confirm=True,
        )


def carried(ref: UploadRef) -> CarriedFile:
    return CarriedFile(
        token=ref.token,
        filename=ref.filename,
        size=ref.size,
        signed=_signer().dumps([ref.token, ref.filename, ref.size]),
    )


def _verified(signed: str) -> CarriedFile | None:
    try:
        token, filename, size = _signer().loads(signed, max_age=GOOD_FOR_S)
    except (BadSignature, ValueError):
        return None
    return CarriedFile(token=token, filename=filename, size=size, signed=signed)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.keys.oldest_first(Purpose.UPLOAD), salt="portal-upload")
