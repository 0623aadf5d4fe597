"""What the word classifier proposes for invented letters, and that no letter stops it."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbox.cli import main
from letterbox.cli.classifier import suggester_from_seeds
from letterbox.domain.vocabulary import Category
from letterbox.intelligence.similarity import Candidate, similar
from letterbox.intelligence.suggester import Suggester
from letterbox.intelligence.suggestion import LeadBy, Route, Suggestion
from letterbox.intelligence.word_scanner import WordScanner
from letterbox.seeds.values import load_lexicon, load_units

UNITS = load_units()
LEXICON = load_lexicon(UNITS)
SUGGESTER = suggester_from_seeds(UNITS)

LETTERS = [
    ("education", "孩子明年上小学划片", "我家住书院路，不知道学区怎么划，入学要带哪些材料"),
    ("human-resources", "工地欠我们工资", "我们十二个民工做了半年，老板拖欠工资不给"),
    ("medical-insurance", "外地住院怎么报销", "父亲在外省住院，医保异地就医备案后报销比例是多少"),
    ("health", "卫生院不给打疫苗", "带孩子去接种疫苗，卫生院说没有"),
    ("traffic-police", "学校门口要装红绿灯", "路口没有信号灯，放学时堵车，容易出交通事故"),
    ("bus-company", "三路公交车收班太早", "公交车末班车六点就没了，能不能延长"),
    ("transport", "县道大坑没人修", "公路路面破损，大货车一过全是灰"),
    ("water-company", "自来水发黄", "家里自来水连着几天发黄，水压也小"),
    ("power-company", "一下雨就停电", "变压器太小，夏天经常停电，电压也不够"),
    ("gas-company", "燃气什么时候通到我们小区", "天然气管道已经装好，一直没有通气"),
    ("housing", "物业不管事", "物业公司只收物业费，电梯坏了不修，业委会也没有成立"),
    ("natural-resources", "房产证办不下来", "不动产证拖了三年，说产权登记资料不全"),
    ("urban-management", "夜宵摊占道经营", "摊贩占道经营，油烟很大，垃圾满地"),
    ("environment", "化工厂排臭气", "化工厂晚上偷排废气，气味刺鼻，河里也有污水"),
    ("agriculture", "种粮补贴没有到账", "今年的粮食补贴迟迟没有发放"),
    ("forestry", "有人乱砍树木", "山林被盗伐，林权证是我家的"),
    ("water", "水库堤坝渗水", "水库大堤漏水，防汛的时候很担心"),
    ("civil-affairs", "想申请低保", "家里有残疾老人，生活困难，低保怎么申请"),
    ("veterans", "退伍军人优待证", "退役军人优待金什么时候发"),
    ("police", "新生儿上户口", "孩子出生后落户要什么手续，户口本在老家"),
    ("market", "超市卖过期食品", "买到过期食品，商家不肯退货，要求查处"),
    ("emergency", "鞭炮厂离房子太近", "烟花厂存在安全隐患，担心生产事故"),
    ("fire-rescue", "消防通道被堵", "楼下消防通道停满电动车，还飞线充电"),
    ("housing-fund", "公积金贷款额度", "住房公积金贷款额度怎么算"),
    ("tax", "契税怎么交", "买二手房要交多少契税、个人所得税，去税务局哪个窗口"),
    ("culture-tourism", "盼望建个图书馆", "县里没有像样的图书馆和体育馆"),
    ("disabled-federation", "残疾证怎么换", "残疾证到期，残联电话打不通"),
    ("justice", "想找法律援助", "打官司没有钱，听说可以申请法律援助和律师"),
    ("telecom-company", "手机没有信号", "村里没有基站，手机信号差，宽带也装不了"),
    ("rural-revitalisation", "贫困户帮扶", "我家是建档立卡贫困户，扶贫款没有收到"),
]


@pytest.mark.parametrize(("unit", "title", "body"), LETTERS, ids=[unit for unit, _, _ in LETTERS])
def test_the_unit_in_charge_comes_first_and_says_why(unit: str, title: str, body: str) -> None:
    best = SUGGESTER.suggest(title, body).units[0]
    assert best.unit == unit
    assert best.because
    assert all(word in title + body for word in best.because)
    assert 0 < best.score <= 1


@pytest.mark.parametrize(
    ("category", "title", "body"),
    [
        (Category.CONSULTATION, "请问老年证怎么办理", "想咨询一下，需要什么手续？"),
        (Category.COMPLAINT, "投诉健身房不退款", "交了会员费，店家关门，联系不上，一直推脱拒绝退款"),
        (Category.SUGGESTION, "建议增设公交站", "我建议增加站点，有利于方便群众，促进出行"),
        (Category.OPINION, "对停车收费办法提点意见", "我认为这个办法不妥，几点意见如下"),
        (Category.HELP, "恳请帮帮我们一家", "恳求领导帮助解决，家里走投无路，实在没有办法"),
        (Category.REPORT, "村支书贪污低保款", "实名举报村支书优亲厚友、虚报冒领"),
        (Category.OTHER, "感谢信", "特此感谢热心的工作人员，表扬他们"),
    ],
)
def test_category(category: Category, title: str, body: str) -> None:
    found = SUGGESTER.suggest(title, body)
    assert found.category is category
    assert found.category_score > 0


def test_an_accusation_wins_over_the_questions_around_it() -> None:
    body = "请问为什么没有人管？请问找哪个部门？请问什么时候查处？" * 3 + "村主任贪污受贿，挪用公款，侵吞集体资产。"
    assert SUGGESTER.suggest("请问谁来管", body).category is Category.REPORT


def test_a_report_goes_to_the_discipline_commission_by_the_routing_table() -> None:
    units = SUGGESTER.suggest("检举教育局局长受贿", "实名举报教育局局长受贿，收受贿赂").units
    assert units[0].unit == "discipline"


def test_a_local_matter_goes_to_the_township_a_question_about_it_to_the_department() -> None:
    complaint = SUGGESTER.suggest("桥东村的村道烂了", "梓门镇桥东村的村道坑坑洼洼，多次反映没人管")
    question = SUGGESTER.suggest("桥东村的村道", "请问梓门镇桥东村的村道什么时候硬化？有没有计划？")
    assert (complaint.units[0].unit, question.units[0].unit) == ("town-zimen", "transport")
    assert complaint.territory == question.territory == ("town-zimen",)


def test_the_routing_decides_between_matter_territory_and_a_named_unit() -> None:
    def first(route: Route) -> str:
        return Suggester(UNITS, LEXICON, lambda *_: route).suggest("石桥铺镇污水", "化工厂污染").units[0].unit

    assert first(Route(LeadBy.DEPARTMENT)) == "environment"
    assert first(Route(LeadBy.TERRITORY)) == "town-shiqiao"
    assert first(Route(LeadBy.UNIT, "emergency")) == "emergency"


def test_a_place_alone_is_enough_for_a_township() -> None:
    assert [unit.unit for unit in SUGGESTER.suggest("", "龙潭镇深潭村").units] == ["town-longtan"]


def test_offices_are_never_proposed() -> None:
    found = SUGGESTER.suggest("县政府办公室、电子政务办和县委督查室", "县政府督查室 县政府办 县电子政务管理办公室")
    assert found.units == ()


@pytest.mark.parametrize(
    "text", ["再不解决我就从楼上跳楼", "我不想活了", "准备集体上访拉横幅", "要和他同归于尽", "我 真 的 想 自\n杀"]
)
def test_threats_to_life_and_unrest_raise_the_red_flag_and_are_urgent(text: str) -> None:
    found = SUGGESTER.suggest("求助", text)
    assert found.red_flag
    assert found.urgent
    assert found.red_flag_words


@pytest.mark.parametrize("text", ["商场跳楼价甩卖", "信息爆炸的时代", "不要道德绑架", "聚众赌博没人管", "路灯不亮"])
def test_harmless_uses_of_such_words_do_not(text: str) -> None:
    assert not SUGGESTER.suggest("反映", text).red_flag


def test_urgent_without_red_flag() -> None:
    found = SUGGESTER.suggest("楼下燃气泄漏", "闻到很大的味道")
    assert (found.urgent, found.red_flag) == (True, False)


@pytest.mark.parametrize("text", ["", " \u3000\n", "😀🎉" * 50, "？", "。" * 20_000, "路灯不亮" * 5_000, "\x00\ud800"])
def test_no_letter_is_too_odd(text: str) -> None:
    for found in (SUGGESTER.suggest(text, text), SUGGESTER.suggest("", text)):
        assert found.category in set(Category)
        assert isinstance(json.dumps(found.as_dict()), str)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_suggestion_with_scores_between_0_and_1(title: str, body: str) -> None:
    found: Suggestion = SUGGESTER.suggest(title, body)
    assert 0 <= found.category_score <= 1
    assert all(0 < unit.score <= 1 for unit in found.units)
    assert [unit.score for unit in found.units] == sorted((unit.score for unit in found.units), reverse=True)


def test_the_time_grows_with_the_length_and_no_faster() -> None:
    def seconds(body: str) -> float:
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            SUGGESTER.suggest("路灯不亮", body)
            runs.append(time.perf_counter() - start)
        return min(runs)

    letter = "".join(body for _, _, body in LETTERS)
    assert seconds(letter * 20) < seconds(letter * 2) * 40


def test_the_longest_word_counts_and_uses_up_its_characters() -> None:
    scanner = WordScanner(["公交", "公交车", "车站"], ["公交卡"])
    assert scanner.count("公交车站在公交卡旁边的公交") == {"公交车": 1, "公交": 1}
    assert WordScanner([]).count("公交") == {}


def test_similar_letters_come_best_first_and_unlike_ones_not_at_all() -> None:
    candidates = [
        Candidate("A", "路灯坏了", "书院路的路灯坏了半个月，晚上很黑"),
        Candidate("B", "书院路的路灯坏了", "书院路的路灯坏了半个月没人修，晚上很黑"),
        Candidate("C", "低保怎么申请", "想问低保的条件"),
    ]
    found = similar("书院路的路灯坏了", "书院路的路灯坏了半个月没人修，晚上很黑", candidates)
    assert [each.key for each in found] == ["B", "A"]
    assert found[0].score == pytest.approx(1.0)
    assert similar("", "", candidates) == []


def test_the_command_answers_the_contract_without_any_service() -> None:
    arguments = ["classifier", "suggest", "--title", "路灯不亮", "--body", "路灯坏了，电话13800138000", "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert {"category", "matter", "units", "urgent", "similar", "personal_data"} <= answer.keys()
    assert answer["units"][0]["unit"] == "urban-management"
    assert {"unit", "score", "because"} == answer["units"][0].keys()
    assert answer["similar"] == []
    assert [(each["kind"], each["start"], each["end"]) for each in answer["personal_data"]] == [("phone", 7, 18)]


def test_the_command_speaks_to_people_and_names_a_missing_option() -> None:
    spoken = CliRunner().invoke(main, ["classifier", "suggest", "--title", "路灯不亮", "--body", "我不想活了"])
    assert "【红色预警】" in spoken.stdout
    assert "县城市管理和综合执法局（urban-management）" in spoken.stdout
    wrong = CliRunner().invoke(main, ["classifier", "suggest", "--title", "路灯不亮"])
    assert wrong.exit_code == 2
    assert "--body" in wrong.stderr
