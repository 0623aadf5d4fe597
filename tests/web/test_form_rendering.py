"""Task forms on a page without scripts: everything can be read, filled in, sent, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from letterbox.domain.forms.form import Form
from tests.support.writers.form_pages import Page, form_app
from tests.support.writers.forms import UNITS, field, schema, shipped
from webapp.shared.forms import read_posted, render_form

DATA = {"units": UNITS, "failed_reviews": 0}


@pytest.fixture(autouse=True)
def _in_an_app() -> Iterator[None]:
    with form_app().test_request_context():
        yield


def page(form: Form, values: Any = None, errors: Any = None, data: Any = DATA, **options: Any) -> Page:
    return Page(render_form(form, values, errors, data, **options))


ALL_KINDS = Form.parse(
    schema(
        field("textfield", "textfield"),
        field("textarea", "textarea"),
        field("number", "number"),
        field("checkbox", "checkbox"),
        field("radio", "radio"),
        field("select", "select"),
        field("checklist", "checklist"),
        field("taglist", "taglist", values=None, valuesKey="units"),
        field("datetime", "date"),
        field("datetime", "time", subtype="time"),
        field("datetime", "at", subtype="datetime"),
    )
)
TYPED = {
    "textfield": '<b> "quoted" & done',
    "textarea": "\n第一行\n第二行 </textarea>",
    "number": "十二",
    "checkbox": True,
    "radio": "b",
    "select": "a",
    "checklist": ["a", "b"],
    "taglist": ["zimen"],
    "date": "2026-11-23",
    "time": "09:30",
    "at": "2026-11-23T09:30",
}


def test_what_is_drawn_is_what_comes_back() -> None:
    drawn = page(ALL_KINDS, TYPED)
    assert read_posted(ALL_KINDS, drawn.posted()) == TYPED


def test_nothing_filled_in_comes_back_empty_and_explicit() -> None:
    empty = read_posted(ALL_KINDS, page(ALL_KINDS).posted())
    assert empty["checkbox"] is False
    assert empty["checklist"] == empty["taglist"] == []
    assert {empty[key] for key in ("textfield", "textarea", "number", "radio", "select", "date", "time", "at")} == {""}
    assert ALL_KINDS.validate(empty, DATA).errors == {}


def test_kept_instants_are_shown_in_the_offices_zone() -> None:
    assert page(ALL_KINDS, {"at": "2026-11-23T01:30:00+00:00"}).control("at").get("value") == "2026-11-23T09:30"


def test_every_control_has_a_name_of_its_own_for_everybody() -> None:
    for form in (ALL_KINDS, *map(shipped, ("screen-letter", "assign-letter", "draft-reply", "review-reply"))):
        drawn = page(form, {"contacts": [{}, {}]}, {"outcome": "请选择甄别结果", "reply": "请填写答复内容"})
        ids = drawn.tree.xpath("//*/@id")
        assert len(ids) == len(set(ids))
        for control in drawn.controls():
            assert drawn.label_of(control).strip()
            assert set((control.get("aria-describedby") or "").split()) <= set(ids)
        for group in drawn.tree.xpath("//fieldset"):
            assert group[0].tag == "legend"


def test_radios_are_a_group_with_a_legend_and_hints() -> None:
    group = page(shipped("screen-letter"), errors={"outcome": "请选择甄别结果"}).field("outcome")
    assert group.tag == "fieldset"
    assert group.xpath("string(legend)").strip() == "甄别结果"
    assert group.get("aria-describedby") == "f-outcome-hint f-outcome-error"
    assert (group.get("aria-invalid"), group.get("aria-required")) == ("true", "true")


def test_errors_stand_at_the_field_and_in_a_summary_that_links_there() -> None:
    errors = {"outcome": "请选择甄别结果", "question": "请填写", "strange": "没有这个字段"}
    drawn = page(shipped("screen-letter"), {}, errors)
    links = {link.get("href"): link.text for link in drawn.tree.xpath("//*[@class='lb-errors']//a")}
    assert links == {"#f-outcome": "请选择甄别结果", "#f-question": "请填写"}
    assert all(drawn.tree.xpath(f"//*[@id='{target[1:]}']") for target in links)
    assert "没有这个字段" in drawn.tree.xpath("string(//*[@class='lb-errors'])")
    question = drawn.control("question")
    assert question.get("aria-invalid") == "true"
    assert "f-question-error" in question.get("aria-describedby")
    assert "请填写" in drawn.tree.xpath("string(//*[@id='f-question-error'])")
    assert "aria-invalid" not in drawn.control("reason").attrib
    assert not page(shipped("screen-letter"), {}, errors, summary=False).tree.xpath("//*[@class='lb-errors']")


def test_errors_in_rows_are_linked_too() -> None:
    errors = {"contacts[1].at": "写法应如", "contacts[1].means": "请选择联系方式", "contacts": "请至少填写一条"}
    drawn = page(shipped("draft-reply"), {"contacts": [{}, {"at": "later"}]}, errors)
    targets = [link.get("href")[1:] for link in drawn.tree.xpath("//*[@class='lb-errors']//a")]
    assert targets == ["f-contacts-1-at", "f-contacts-1-means", "f-contacts"]
    assert all(drawn.tree.xpath(f"//*[@id='{target}']") for target in targets)
    assert drawn.control("contacts[1].at").get("aria-invalid") == "true"
    assert "aria-invalid" not in drawn.control("contacts[0].at").attrib


def test_without_scripts_every_field_is_there_and_says_when_it_applies() -> None:
    drawn = page(shipped("screen-letter"))
    assert "甄别结果为“不予受理”" in drawn.text("ground")
    assert "不予受理的情形为“2. " in drawn.text("reference")
    assert "仅在以下情况" not in drawn.text("outcome")
    assert not drawn.tree.xpath("//*[@hidden]")


def test_conditional_requirements_are_said_and_plain_ones_marked() -> None:
    drawn = page(shipped("sign-off-reply"))
    assert "以下情况必填：审签结果为“退回修改”" in drawn.text("comment")
    assert "选填" not in drawn.text("comment")
    assert "选填" in page(shipped("assign-letter")).text("note")
    assert "选填" not in page(shipped("assign-letter")).text("lead_unit")
    assert page(shipped("assign-letter")).control("lead_unit").get("aria-required") == "true"


def test_what_the_letters_facts_hide_is_not_drawn() -> None:
    form = shipped("review-reply")
    assert page(form, data={"failed_reviews": 0}).fields("handling_opinion") == []
    [opinion] = page(form, data={"failed_reviews": 1}).fields("handling_opinion")
    assert opinion.get("data-lb-hide") == '["!=", ["name", "outcome"], ["lit", "fail"]]'


def test_input_data_gives_the_options_and_never_leaks_otherwise() -> None:
    drawn = page(shipped("assign-letter"), {"lead_unit": "zimen"}, data={**DATA, "secret": "身份证"})
    options = [(option.get("value"), option.get("selected")) for option in drawn.control("lead_unit")]
    assert options == [("", None), ("transport", None), ("zimen", "selected")]
    assert "身份证" not in html.tostring(drawn.tree, encoding="unicode")
    assert "现在没有可选的项目" in page(shipped("assign-letter"), data={}).text("co_units")


def test_defaults_and_locks() -> None:
    form = Form.parse(
        schema(
            field("radio", "r", defaultValue="a"),
            field("textfield", "ro", readonly=True),
            field("textfield", "dis", disabled=True, defaultValue="d"),
        )
    )
    drawn = page(form, {"ro": "forged"}, data={"ro": "kept"})
    assert drawn.posted().getlist("r") == ["a"]
    assert (drawn.control("ro").get("value"), drawn.control("ro").get("readonly")) == ("kept", "readonly")
    assert (drawn.control("dis").get("value"), drawn.control("dis").get("disabled")) == ("d", "disabled")
    assert page(form, {"r": ""}).posted().getlist("r") == []


def test_displays_are_words_only() -> None:
    form = Form.parse(
        schema(
            {"type": "text", "text": "# 提示\n\n请看 <script>alert(1)</script>\n* 一\n- 二"},
            {"type": "html", "content": "<p onclick=x()>甲</p><script>bad()</script><b>乙</b>&amp;<style>p{}</style>"},
            {"type": "separator"},
            {"type": "spacer"},
            {"type": "iframe", "id": "I", "label": "外部网页"},
            {"type": "group", "label": "组", "components": [field("textfield", "inside")]},
        )
    )
    drawn = page(form)
    assert not drawn.tree.xpath("//script | //style | //iframe | //*[@onclick]")
    words = [part.text_content().strip() for part in drawn.tree.xpath("//div[@class='lb-words']/p")]
    assert words == ["提示", "请看 <script>alert(1)</script>", "• 一", "• 二", "甲", "乙&"]
    assert "不支持的表单组件" in drawn.tree.xpath("string(//*[contains(@class, 'lb-unknown')])")
    assert "外部网页" in drawn.tree.xpath("string(//*[contains(@class, 'lb-unknown')])")
    assert drawn.field("inside").getparent().xpath("string(legend)") == "组"


def test_long_text_is_counted_and_never_cut() -> None:
    reason = page(shipped("screen-letter")).control("reason")
    assert reason.get("data-limit") == "2000"
    assert "f-reason-count" in reason.get("aria-describedby")
    assert "maxlength" not in reason.attrib


def test_two_forms_on_one_page() -> None:
    both = str(page(shipped("receive-letter"), prefix="a")) + str(page(shipped("submit-to-deputy"), prefix="b"))
    ids = html.fragment_fromstring(both, create_parent=True).xpath("//*/@id")
    assert len(ids) == len(set(ids)) > 0


def test_short_choices_stand_beside_each_other() -> None:
    drawn = page(
        Form.parse(
            schema(
                field("radio", "few"),
                field(
                    "taglist",
                    "long",
                    values=[{"label": "七个字的选项", "value": "x"}, {"label": "更长的一个选项", "value": "y"}],
                ),
            )
        )
    )
    inline = [one.get("data-lb-field") for one in drawn.tree.xpath("//*[contains(@class, 'lb-choices-inline')]/..")]
    assert inline == ["few"]
