"""Splitting (A6): what a letter asks besides becomes a letter of its own, of the same writer, with a code of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.events.screening import LetterSplit
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.vocabulary import Category, Channel
from letterbox.services.case.case import Case
from letterbox.services.case.secrecy import conceal
from letterbox.services.case.standing import is_in_place
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import new_code
from letterbox.store.letters import Letter


class Splitting:
    """What follows from the action ``split``."""

    def __init__(self, new_letters: NewLetters) -> None:
        self._new_letters = new_letters

    def may_split(self, case: Case) -> str | None:
        return None if is_in_place("split", case.letter.status) else "来信已经办结或已经答复，不能再分出另一封"

    def split(self, case: Case, values: Mapping[str, Any]) -> Case:
        """``values``: title, body, reason. The new letter is screened from now on; each timeline names the other
        letter.

        If the letter is an accusation, the new one is an accusation against the same: otherwise it would lead the
        accused to the writer (A5).
        """
        letter, writer, code = case.letter, case.letter.writer, new_code()
        draft = LetterDraft(
            channel=Channel(letter.channel),
            title=values["title"],
            body=values["body"],
            is_public=letter.is_public,
            writer=WriterDetails(
                name=writer.name or "",
                phone=writer.phone or "",
                email=writer.email or "",
                address=writer.address or "",
                contact_remark=writer.contact_remark or "",
            ),
            place=letter.place,
            written_at=letter.written_at,
        )
        new = case.with_new_letter(self._new_letters.add(case.session, draft, code, case.now))
        inherit(letter, new.letter)
        self._new_letters.start(new, code, "letter_split", split_from=letter.number, reason=values["reason"])
        case.record(LetterSplit(number=new.letter.number, title=draft.title, reason=values["reason"]))
        return new

    def present(self, case: Case) -> Mapping[str, Any]:
        return {"title": case.letter.title}


def inherit(letter: Letter, new: Letter) -> None:
    """Give the new letter the masking and the exclusions of the old one (A5)."""
    if letter.category != Category.REPORT:
        return
    new.category = Category.REPORT
    new.accused_unit, new.accused_stated = letter.accused_unit, letter.accused_stated
    new.excluded_units = list(letter.excluded_units)
    conceal(new)
