"""The forms of operators: why, and for what cannot be undone the number once more."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField


class ReasonForm(Form):  # type: ignore[misc]
    reason = StringField(_("原因"))


class CompareForm(Form):  # type: ignore[misc]
    letters = StringField(_("只核对这几封"))


class RepairForm(ReasonForm):
    number = StringField(_("来信编号"))
