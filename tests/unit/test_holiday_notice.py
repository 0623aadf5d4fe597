"""The State Council's notice as people paste it, read into days: held to what the maintained library knows of the years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from letterbox.domain.limits.calendar import DayKind, WorkCalendar
from letterbox.domain.limits.holiday_notice import read_notice, year_in
from letterbox.services.rules.office_calendar import work_calendar

NOTICES = {
    2026: """国务院办公厅关于2026年部分节假日安排的通知
各省、自治区、直辖市人民政府：经国务院批准，现将2026年元旦、春节等放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2025年11月4日""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
}


@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_gives_the_days_the_library_has(year: int) -> None:
    reading = read_notice(NOTICES[year], year)
    assert reading.problems == []
    ours = WorkCalendar(reading.of_year(year), [year])
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert [day for day in days if ours.is_working(day) != work_calendar().is_working(day)] == []


def test_full_stops_colons_and_digits_of_every_width_are_read() -> None:
    plain = "劳动节:5月1日(周六)至5日(周三)放假调休,共5天.5月8日(周六)上班".replace(".", "。")
    wide = "四、劳动节：５月１日（周六）至５日（周三）放假调休，共５天。 ５月８日（周六）上班。"
    assert read_notice(plain, 2027).of_year(2027) == read_notice(wide, 2027).of_year(2027)
    kinds = [rule.kind for rule in read_notice(wide, 2027).of_year(2027)]
    assert kinds == [DayKind.OFF] * 5 + [DayKind.WORK]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("元旦：1月1日（周四）至3日放假，共3天", "2027年1月1日是周五，不是周四"),
        ("元旦：1月1日至3日放假，共4天", "写的是共4天，读出 3 天"),
        ("元旦：2月30日放假", "2027 年没有 2月30日"),
        ("元旦：1月1日至3日放假。1月2日上班", "2027年1月2日既放假"),
        ("春节：2月5日至1月1日放假", "不像一个假期"),
        ("元旦：1月1日至12月1日放假", "不像一个假期"),
    ],
)
def test_contradictions_are_named(sentence: str, said: str) -> None:
    assert any(said in problem for problem in read_notice(sentence, 2027).problems)


def test_a_date_that_is_not_understood_is_shown_and_plain_words_are_not() -> None:
    text = "元旦：1月1日放假。1月9日前各单位报送值班表。节假日期间做好值班。\n国务院办公厅\n2026年11月4日"
    reading = read_notice(text, 2027)
    assert reading.unread == ["1月9日前各单位报送值班表"]
    assert [each.rule.date for each in reading.days] == [date(2027, 1, 1)]
    advice = read_notice(NOTICES[2024], 2024).unread
    assert advice == ["鼓励各单位结合带薪年休假等制度落实,安排职工在除夕(2月9日)休息"]


def test_a_new_years_holiday_may_begin_in_the_year_before() -> None:
    said = "元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。"
    reading = read_notice(said, 2019)
    assert reading.problems == []
    assert {each.rule.date.year for each in reading.days} == {2018, 2019}
    assert [(rule.date.day, str(rule.kind)) for rule in reading.of_year(2018)] == [
        (29, "work"),
        (30, "off"),
        (31, "off"),
    ]
    unsaid = read_notice("元旦：12月31日至1月2日放假，共3天。", 2023)
    assert [rule.date for rule in unsaid.of_year(2022)] == [date(2022, 12, 31)]


@pytest.mark.parametrize("text", ["", "   \n", "祝大家节日快乐。", "：：：。。。", "月日放假上班"])
def test_nonsense_gives_no_day(text: str) -> None:
    reading = read_notice(text, 2027)
    assert (reading.days, reading.problems) == ([], [])


def test_an_endless_sentence_is_left_to_people_at_once() -> None:
    reading = read_notice("1月1日、" * 4000 + "放假", 2027)
    assert (reading.days, len(reading.unread)) == ([], 1)


def test_the_year_is_in_the_heading() -> None:
    assert year_in(NOTICES[2026]) == 2026
    assert year_in(NOTICES[2025]) is None
    assert year_in("关于2026年、2027年的通知") is None
