"""What a token must be given, and what of it is worth a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from letterbox.domain.errors import FieldErrors
from letterbox.domain.hosts import as_network
from letterbox.domain.vocabulary import TOKEN_ROLES, UNIT_ROLES, Role
from letterbox.domain.words import coded, label

LONGEST_DAYS = 1095
MOST_NETWORKS = 50
ENDS_SOON = timedelta(days=30)
LONG_UNUSED = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as lists show it, never the token itself."""

    id: int
    name: str
    role: str
    unit: str | None
    networks: tuple[str, ...]
    person: str | None
    created_at: datetime
    expires_at: datetime
    watched_from: datetime
    last_used_at: datetime | None
    last_used_from: str | None
    revoked_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens."""
        return self.revoked_at is None and now < self.expires_at

    def ends_soon(self, now: datetime) -> bool:
        """Whether a new one should be made now."""
        return self.is_valid(now) and self.expires_at - now <= ENDS_SOON

    def is_long_unused(self, now: datetime) -> bool:
        """Whether nobody has used it for so long that it had better be revoked."""
        return self.is_valid(now) and now - (self.last_used_at or self.watched_from) >= LONG_UNUSED


def errors_of(role: str, name: str, unit: str | None, days: int, unit_exists: bool) -> dict[str, str]:
    """Field → what to do."""
    errors = {}
    if role not in TOKEN_ROLES:
        errors["role"] = f"没有角色 {role}，可用：{coded(TOKEN_ROLES)}"
    elif (role in UNIT_ROLES) != (unit is not None):
        errors["unit"] = (
            "承办单位的角色必须给出单位代码" if role in UNIT_ROLES else f"角色“{label(Role(role))}”不属于某个单位"
        )
    if unit is not None and not unit_exists:
        errors["unit"] = f"没有代码为 {unit} 的单位，可用 letterbox units 查看"
    if not name.strip():
        errors["name"] = "请给令牌起一个名字，便于日后识别"
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = f"有效天数应为 1 到 {LONGEST_DAYS}"
    return errors


def networks_of(given: Iterable[str]) -> Sequence[str]:
    """Each network once, in its canonical writing. Raises FieldErrors naming the first that is none."""
    try:
        found = list(dict.fromkeys(as_network(each.strip()) for each in given if each.strip()))
    except ValueError as error:
        raise FieldErrors({"networks": str(error)}) from None
    if len(found) > MOST_NETWORKS:
        raise FieldErrors({"networks": f"最多写 {MOST_NETWORKS} 个地址，可以合成网段"})
    return found
