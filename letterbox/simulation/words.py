"""What the simulated writers write: made of our own sentences, as long as the pattern says."""

from __future__ import annotations

import random
from dataclasses import dataclass

from letterbox.domain.vocabulary import Category
from letterbox.simulation.patterns import body_length

CATEGORIES = {
    Category.CONSULTATION: 22, Category.COMPLAINT: 30, Category.HELP: 24, Category.SUGGESTION: 10, Category.OPINION: 5,
    Category.REPORT: 6, Category.OTHER: 3,
}  # fmt: skip
PLACES = ("桥东村", "书院路", "五里牌社区", "石桥社区", "云山村", "鹭洲村", "江口社区", "红枫村", "洪山殿村", "桃花村")
MATTERS = (
    ("路灯", "路灯坏了没有人修", "晚上出门看不清路"),
    ("公交", "公交班次太少", "老人看病要等一个多小时"),
    ("低保", "低保申请一直没有结果", "家里只靠一个人打零工"),
    ("入学", "孩子入学的材料怎么准备", "学校说的和网上写的不一样"),
    ("供水", "自来水经常停", "每次停水都没有提前通知"),
    ("垃圾", "垃圾几天没有清运", "夏天味道很大"),
    ("工资", "工程完工了工资还没有发", "找过几次都说再等等"),
    ("房产证", "房子住了三年还没有办证", "开发商和窗口互相推"),
    ("噪声", "工地半夜还在施工", "老人和孩子睡不好"),
    ("道路", "村里的路坑坑洼洼", "下雨天骑车摔过好几个人"),
)
ASKS = {
    Category.CONSULTATION: "请问现在的政策是怎么规定的，应该到哪里办？",
    Category.COMPLAINT: "希望有关部门管一管，给我们一个说法。",
    Category.HELP: "请领导帮帮我们，把这个问题解决了。",
    Category.SUGGESTION: "建议县里统一规划，早点安排。",
    Category.OPINION: "我们对现在的做法有意见，希望改进。",
    Category.REPORT: "我实名反映经办的人收了好处，请组织上查清楚。",
    Category.OTHER: "写信说明一下情况，请知悉。",
}
MORE = (
    "这件事从去年就开始了，一直拖到现在。",
    "我们先后打过两次电话，每次都说已经记下来了。",
    "邻居们也都知道，大家意见很大。",
    "具体情况可以随时到现场来看。",
    "我们不是要为难谁，只想把日子过好。",
    "如果需要材料，我们可以随时提供。",
)
SURNAMES, GIVEN = "田石向覃梁韦莫蒙施柏", ("小禾", "大江", "桂香", "振华", "春生", "玉兰", "志明", "秋月")


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter as its writer would sign it. ``email`` is given by one in three."""

    title: str
    body: str
    category: Category
    place: str
    name: str
    phone: str
    email: str
    is_public: bool

    @property
    def signature(self) -> dict[str, str]:
        """What could tell who wrote it."""
        return {"name": self.name, "phone": self.phone, "email": self.email}


def write(rng: random.Random, index: int) -> Paper:
    category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    place, (matter, fault, effect) = rng.choice(PLACES), rng.choice(MATTERS)
    name = rng.choice(SURNAMES) + rng.choice(GIVEN)
    return Paper(
        title=f"{place}{matter}的问题（{index}）",
        body=_body(rng, f"{place}的{fault}，{effect}。{ASKS[category]}"),
        category=category,
        place=place,
        name=name,
        phone=f"139{index:08d}",
        email=f"writer{index}@example.org" if rng.random() < 0.33 else "",
        is_public=category is not Category.REPORT and rng.random() < 0.8,
    )


def _body(rng: random.Random, beginning: str) -> str:
    length, text = body_length(rng), beginning
    while len(text) < length:
        text += rng.choice(MORE)
    return text
