"""Forms of the administration. What is right is the services' to say; here are labels and choices."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import TextAreaField as Area
from wtforms.fields.choices import SelectChoice

from letterbox.domain.vocabulary import TOKEN_ROLES, UnitKind
from letterbox.domain.words import label
from letterbox.services.staff.person_rules import STAFF_ROLES, PersonInput, RoleInput
from letterbox.services.staff.unit_rules import UnitInput, split_places

NO_UNIT = _("（不属于单位）")
CHOOSE = _("请选择")


def _labelled(members: Iterable[StrEnum]) -> list[SelectChoice]:
    return [SelectChoice("", CHOOSE), *(SelectChoice(str(each), label(each)) for each in members)]


class UnitForm(Form):  # type: ignore[misc]
    code = StringField(_("单位代码"))
    name = StringField(_("单位名称"))
    short_name = StringField(_("简称"))
    kind = SelectField(_("类别"), choices=_labelled(UnitKind), validate_choice=False)
    territory = Area(_("辖区"))
    matters = SelectMultipleField(_("主管事项"), choices=(), validate_choice=False)
    position = IntegerField(_("排序号"), default=0)

    def read(self, code: str | None = None) -> UnitInput:
        return UnitInput(
            code=code if code is not None else self.code.data or "",
            name=self.name.data or "",
            short_name=self.short_name.data or "",
            kind=self.kind.data or "",
            territory=split_places(self.territory.data or ""),
            matters=tuple(dict.fromkeys(self.matters.data or ())),
            position=self.position.data if isinstance(self.position.data, int) else -1,
        )


class PersonForm(Form):  # type: ignore[misc]
    login = StringField(_("登录名"))
    name = StringField(_("姓名"))
    phone = StringField(_("电话"))
    email = StringField(_("电子邮箱"))

    def read(self, login: str | None = None) -> PersonInput:
        return PersonInput(
            login=login if login is not None else self.login.data or "",
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
        )


class RoleForm(Form):  # type: ignore[misc]
    role = SelectField(_("角色"), choices=_labelled(STAFF_ROLES), validate_choice=False)
    unit = SelectField(_("所在单位"), choices=(), validate_choice=False)

    def read_role(self) -> RoleInput:
        return RoleInput(self.role.data or "", self.unit.data or None)


class NewPersonForm(PersonForm, RoleForm):
    pass


class ReasonForm(Form):  # type: ignore[misc]
    reason = StringField(_("原因"))


class LeaveForm(Form):  # type: ignore[misc]
    person_id = SelectField(_("休假人"), choices=(), validate_choice=False)
    from_on = DateField(_("开始日期"))
    to_on = DateField(_("结束日期"))
    substitute_id = SelectField(_("代办人"), choices=(), validate_choice=False)
    reason = StringField(_("说明"))


class TokenForm(Form):  # type: ignore[misc]
    name = StringField(_("名称"))
    role = SelectField(_("角色"), choices=_labelled(TOKEN_ROLES), validate_choice=False)
    unit = SelectField(_("单位"), choices=(), validate_choice=False)
    person = StringField(_("由谁负责"))
    days = IntegerField(_("有效天数"))
    networks = Area(_("只能从这些地址使用"))

    def read_networks(self) -> tuple[str, ...]:
        return split_places(self.networks.data or "")


class NoticeForm(Form):  # type: ignore[misc]
    text = Area(_("粘贴放假通知"))
    year = StringField(_("哪一年的安排"))


class FileForm(Form):  # type: ignore[misc]
    """A file that the page before has shown, carried on unseen."""

    text = Area(_("文件内容"))
    name = HiddenField()
    digest = HiddenField()


def chosen_id(raw: Any) -> int | None:
    """A person's id from a select; None for nothing, 0 (nobody) for nonsense."""
    text = str(raw or "")
    return None if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
