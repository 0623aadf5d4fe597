"""What an owner says when he proposes a deployment, or decides about one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, HiddenField
from wtforms import TextAreaField as Area

from letterbox.domain.errors import FieldErrors


class _Form(Form):  # type: ignore[misc]
    def show(self, refusal: FieldErrors) -> dict[str, str]:
        """Put a refusal at its fields; answers what the summary says."""
        for name, message in refusal.errors.items():
            if name in self:
                self[name].errors = [message]
        return refusal.errors


class DeployForm(_Form):
    note = Area(_("改了什么、为什么改"))
    seen_warnings = BooleanField(_("我已看过上面的提醒，仍要提出部署"))
    seal = HiddenField()


class DecisionForm(_Form):
    reason = Area(_("为什么退回"))
    seal = HiddenField()
