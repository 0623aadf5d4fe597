"""What a person and a role must be like, whoever writes them: a form, a file or a command."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace

from letterbox.domain.clean_text import length_error, one_line
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.services.access.passwords import LETTERS

LOGIN = re.compile(r"[a-z][a-z0-9.-]*")
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
EMAIL = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")
LONGEST_LOGIN, LONGEST_NAME, LONGEST_EMAIL = 60, 20, 100
UNIT_OPTIONAL = frozenset({Role.SUPERVISOR})
"""Two offices supervise (S1), so a supervisor may name his."""
STAFF_ROLES = tuple(role for role in Role if role is not Role.CHANNEL)
"""Roles that people hold; a channel is a machine."""


@dataclass(frozen=True, slots=True)
class PersonInput:
    login: str
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class RoleInput:
    role: str
    unit: str | None = None


def checked(person: PersonInput) -> PersonInput:
    """The person with outer blanks gone. Raises FieldErrors naming every wrong field."""
    clean = replace(
        person,
        login=person.login.strip(),
        name=one_line(person.name),
        phone=person.phone.strip(),
        email=person.email.strip(),
    )
    found = {
        "login": _login_error(clean.login),
        "name": length_error(clean.name, "姓名", LONGEST_NAME),
        "phone": "电话只写数字、空格和连字符，例如 13800000000" if not _fits(PHONE, clean.phone, 20) else None,
        "email": "邮箱写法不对，例如 name@example.gov.cn" if not _fits(EMAIL, clean.email, LONGEST_EMAIL) else None,
    }
    errors = {field: error for field, error in found.items() if error}
    if errors:
        raise FieldErrors(errors)
    return clean


def checked_role(role: RoleInput) -> RoleInput:
    """A unit exactly for the roles that have one. Raises FieldErrors (``role``, ``unit``)."""
    clean = RoleInput(role.role.strip(), (role.unit or "").strip() or None)
    if clean.role not in STAFF_ROLES:
        raise FieldErrors({"role": "请选择角色"})
    if clean.role in UNIT_ROLES and clean.unit is None:
        raise FieldErrors({"unit": "这个角色属于某个承办单位，请选择单位"})
    if clean.unit is not None and clean.role not in UNIT_ROLES | UNIT_OPTIONAL:
        raise FieldErrors({"unit": "这个角色不属于某个单位，单位请留空"})
    return clean


def one_time_password() -> str:
    """Three groups of four without look-alike letters: about 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _login_error(login: str) -> str | None:
    if 2 <= len(login) <= LONGEST_LOGIN and LOGIN.fullmatch(login):
        return None
    return f"登录名只用小写英文字母、数字、点和连字符，以字母开头，2 至 {LONGEST_LOGIN} 个字符，例如 zhang.san"


def _fits(pattern: re.Pattern[str], words: str, longest: int) -> bool:
    return not words or (len(words) <= longest and pattern.fullmatch(words) is not None)
