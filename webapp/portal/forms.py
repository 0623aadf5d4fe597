"""The portal's forms. What a letter must have is the domain's to say; here are labels, choices and what is asked first."""

from __future__ import annotations

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, Form, SelectField, StringField, TextAreaField, ValidationError
from wtforms import RadioField as AnyRadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from letterbox.domain.clean_text import clean_text
from letterbox.domain.vocabulary import Category
from letterbox.domain.words import label

COMMENT_MAX = 500
REASON_MAX = 500
SUPPLEMENT_MAX = 5000
PLACE_MAX = 100


class AtMost:
    """Counts as the letter does (a line break is one character) and lets everything arrive, so that nothing is cut."""

    def __init__(self, limit: int, words: LazyString) -> None:
        self._limit, self._words = limit, words

    def __call__(self, _form: Form, field: Field) -> None:
        count = len(clean_text(field.data or ""))
        if count > self._limit:
            raise ValidationError(
                gettext("%(what)s最多 %(max)d 字，现有 %(count)d 字", what=self._words, max=self._limit, count=count)
            )


class RadioField(AnyRadioField):  # type: ignore[misc]
    """Refuses in our words what is none of the choices."""

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002  # its signature is the library's
        if self.data not in {choice.value for choice in self.iter_choices()}:
            raise ValidationError(gettext("请从列出的选项中选一项"))


class ConsentForm(Form):  # type: ignore[misc]
    consent = BooleanField(
        _("我已阅读以上说明，同意为办理这封信而使用我填写的个人信息"),
        [InputRequired(_("请先勾选同意，才能继续写信"))],
    )


class CategoryForm(Form):  # type: ignore[misc]
    category = RadioField(
        _("您来信是为了什么？"),
        [InputRequired(_("请选择一种来信类别；拿不准就选“其他”"))],
        choices=[SelectChoice(str(category), label(category)) for category in Category],
    )


class AccusedForm(Form):  # type: ignore[misc]
    accused = SelectField(_("被检举控告的单位"), [Optional()], choices=[SelectChoice("")], validate_choice=False)


class PlaceForm(Form):  # type: ignore[misc]
    unit = SelectField(_("乡镇或者单位"), [Optional()], choices=[SelectChoice("")], validate_choice=False)
    place = StringField(_("具体地点"), [AtMost(PLACE_MAX, _("具体地点"))])


class LetterForm(Form):  # type: ignore[misc]
    title = StringField(_("标题"))
    body = TextAreaField(_("正文"))


class FilesForm(Form):  # type: ignore[misc]
    """Files are read from the request; the field is only there for its name and errors."""

    attachments = StringField(_("附件"))


class WriterForm(Form):  # type: ignore[misc]
    name = StringField(_("姓名"))
    phone = StringField(_("手机或者固定电话"))
    email = StringField(_("电子邮箱"))
    address = StringField(_("通信地址"))


class VisibilityForm(Form):  # type: ignore[misc]
    is_public = RadioField(
        _("办结后可以公开这封信吗？"),
        [InputRequired(_("请选择公开或者不公开"))],
        choices=[SelectChoice("yes", _("可以公开")), SelectChoice("no", _("不公开"))],
    )


class CheckForm(Form):  # type: ignore[misc]
    pass


class TrackForm(Form):  # type: ignore[misc]
    number = StringField(_("来信编号"), [InputRequired(_("请填写来信编号，例如 SX20261100023"))])
    code = StringField(_("查询码"), [InputRequired(_("请填写查询码，是提交成功时给您的 10 位数字"))])


class RecoverForm(Form):  # type: ignore[misc]
    number = StringField(_("来信编号"), [InputRequired(_("请填写来信编号，例如 SX20261100023"))])
    contact = StringField(
        _("写信时留下的手机号码或者电子邮箱"), [InputRequired(_("请填写写信时留下的手机号码或者电子邮箱"))]
    )


class SupplementForm(Form):  # type: ignore[misc]
    body = TextAreaField(
        _("补充的内容"),
        [
            InputRequired(_("请写下要补充的内容")),
            AtMost(SUPPLEMENT_MAX, _("补充的内容")),
        ],
    )
    attachments = StringField(_("附件"))


class WithdrawForm(Form):  # type: ignore[misc]
    reason = TextAreaField(
        _("撤回的原因"),
        [InputRequired(_("请写一句撤回的原因")), AtMost(REASON_MAX, _("原因"))],
    )


class PromiseForm(Form):  # type: ignore[misc]
    kept = RadioField(
        _("答应的事办到了吗？"),
        [InputRequired(_("请选择办到了没有"))],
        choices=[SelectChoice("yes", _("办到了")), SelectChoice("no", _("没有办到"))],
    )
    comment = TextAreaField(_("还想说些什么"), [AtMost(COMMENT_MAX, _("您的话"))])


class AgreeForm(Form):  # type: ignore[misc]
    agrees = RadioField(
        _("您同意吗？"),
        [InputRequired(_("请选择同意还是不同意"))],
        choices=[SelectChoice("yes", _("同意")), SelectChoice("no", _("不同意，仍按检举控告办理"))],
    )
    comment = TextAreaField(_("还想说些什么"), [AtMost(COMMENT_MAX, _("您的话"))])


class EvaluateForm(Form):  # type: ignore[misc]
    solved = RadioField(
        _("您反映的问题解决了吗？"),
        [InputRequired(_("请选择问题是否解决"))],
        choices=[SelectChoice("yes", _("解决了")), SelectChoice("no", _("没有解决"))],
    )
    satisfied = RadioField(
        _("您对这次办理满意吗？"),
        [InputRequired(_("请选择是否满意"))],
        choices=[SelectChoice("yes", _("满意")), SelectChoice("no", _("不满意"))],
    )
    comment = TextAreaField(_("还想说些什么"), [AtMost(COMMENT_MAX, _("评价的话"))])
