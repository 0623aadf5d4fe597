"""What a password must be like, and how long it counts (GB/T 22239-2019 8.1.4.1 a; OWASP ASVS 6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from letterbox.domain.errors import FieldErrors
from letterbox.services.access.sign_in import SignIn
from letterbox.store.access import FormerPassword
from letterbox.store.people import Person, Unit

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"

LONGEST = 200
LOOKED_AT = 72
"""Characters that the library looks at; nobody guesses longer ones."""
HARD_ENOUGH = 3
"""Of the library's 0 to 4: at least 10^8 guesses."""
COMMON_HERE = (
    "woaini",
    "woaini1314",
    "5201314",
    "1314520",
    "aini1314",
    "woaizhongguo",
    "zhongguo",
    "wobuzhidao",
    "caonima",
    "shuji",
    "xianzhang",
    "xinxiang",
    "letterbox",
    "mima",
    "guanliyuan",
    "zhengfu",
    "jianyi",
)
"""What the library's lists do not know and people here choose."""
OWN_NAMES = "密码里有您的姓名、用户名或者单位，容易被人猜中，请换一句别人想不到的话"
LEAST_OF_ONES_OWN = 8
"""Characters that have to be left of a password without the names in it [ours]: a year and a few marks are not enough."""


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """``length``: least characters. ``history``: how many former passwords may not come again."""

    length: int
    history: int


class Passwords:
    """Checks what people choose. One-time passwords and those of the demonstration are made, not chosen."""

    def __init__(self, sign_in: SignIn, rules: PasswordRules, names: Iterable[str] = ()) -> None:
        """``names``: of the place, which would be guessed first."""
        self._sign_in = sign_in
        self._rules = rules
        self._names = tuple(names)

    @property
    def length(self) -> int:
        return self._rules.length

    def choose(self, session: Session, person: Person, new: str, now: datetime) -> None:
        """Give ``person`` the password he chose; the former one is kept as a hash, so that it does not come again.

        Every session of the person ends. Raises FieldErrors (``password``).
        """
        if problem := self._problem(session, person, new):
            raise FieldErrors({"password": problem})
        self.put(session, person, self._sign_in.hash_password(new), now, is_one_time=False)

    def put(self, session: Session, person: Person, password_hash: str, now: datetime, *, is_one_time: bool) -> None:
        """Replace the password by one that was made or checked. Every session of the person ends."""
        if person.password_hash and self._rules.history:
            session.add(FormerPassword(person_id=person.id, password_hash=person.password_hash, at=now))
            session.flush()
            self._forget_older(session, person.id)
        person.password_hash, person.must_change_password, person.password_set_at = password_hash, is_one_time, now
        person.session_version += 1

    def _forget_older(self, session: Session, person_id: int) -> None:
        kept = select(FormerPassword.id).where(FormerPassword.person_id == person_id)
        kept = kept.order_by(FormerPassword.id.desc()).limit(self._rules.history)
        own = delete(FormerPassword).where(FormerPassword.person_id == person_id)
        session.execute(own.where(FormerPassword.id.not_in(kept.scalar_subquery())))

    def _problem(self, session: Session, person: Person, new: str) -> str | None:
        if len(new.strip()) < self._rules.length:
            return f"密码至少 {self._rules.length} 个字符，开头和结尾的空格不算"
        if len(new) > LONGEST:
            return f"密码最多 {LONGEST} 个字符"
        units = [row.unit_code for row in person.assignments if row.unit_code and not row.ended_at]
        names = session.execute(select(Unit.code, Unit.name, Unit.short_name).where(Unit.code.in_(units)))
        own = [person.login, *person.login.split("."), person.name, person.phone, person.email]
        if problem := guessable(new, [*own, *(each for row in names for each in row), *self._names]):
            return problem
        if any(self._sign_in.matches(old, new) for old in self._former(session, person)):
            return (
                f"不能再用最近用过的 {self._rules.history + 1} 个密码"
                if self._rules.history
                else "新密码不能与原密码相同"
            )
        return None

    def _former(self, session: Session, person: Person) -> list[str]:
        query = select(FormerPassword.password_hash).where(FormerPassword.person_id == person.id)
        former = list(session.scalars(query.order_by(FormerPassword.id.desc()).limit(self._rules.history)))
        return [*([person.password_hash] if person.password_hash else []), *former]


def guessable(password: str, known: Iterable[str | None]) -> str | None:
    """Why ``password`` would soon be guessed by somebody who knows ``known`` (names, logins, units); None if it would not."""
    inputs = [each for each in known if each and len(each) > 1]
    looked_at = password.strip()[:LOOKED_AT]
    if not looked_at or looked_at.isdigit():
        return "密码不能只有空格，也不能只有数字，请加上字母或者汉字"
    if _is_mostly_names(looked_at, inputs):
        return OWN_NAMES
    if zxcvbn(looked_at, user_inputs=[*inputs, *COMMON_HERE])["score"] >= HARD_ENOUGH:
        return None
    if any(each.lower() in looked_at.lower() for each in inputs if len(each) > 2 or not each.isascii()):
        return OWN_NAMES
    return "这个密码太常见，或者有规律，容易被人猜中；可以用几个不相干的词，或者一句别人想不到的话"


def _is_mostly_names(password: str, names: Iterable[str]) -> bool:
    """Whether little is left of ``password`` without the names and their parts, in whatever order and however joined."""
    rest = _plain(password)
    parts = {_plain(part) for name in names for part in (name, *re.split(r"[\W_]+", name))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 2 or (len(part) > 1 and not part.isascii()):
            rest = rest.replace(part, "\0")
    left = rest.replace("\0", "")
    return "\0" in rest and len(left) < LEAST_OF_ONES_OWN


def _plain(text: str) -> str:
    """In small letters, without punctuation and spaces."""
    return re.sub(r"[\W_]+", "", text.lower())
