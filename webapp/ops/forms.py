"""The one form of operators: why."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import Form, StringField


class ReasonForm(Form):  # type: ignore[misc]
    reason = StringField(_("原因"))
