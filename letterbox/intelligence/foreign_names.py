"""Finds names that are not of one surname and a given name: with a dot, written by sound, in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbox.intelligence.name_cues import STRONG_BEFORE, WEAK_BEFORE
from letterbox.intelligence.plain_text import PlainText

Span = tuple[int, int]
SOUNDS = (
    "阿埃艾爱安昂奥巴白拜班邦包保鲍贝本比彼毕边宾波伯勃博卜布查昌茨次达大代戴丹旦道德登邓迪蒂丁东杜敦顿多俄厄恩尔法凡范菲费芬丰佛夫弗福盖冈高戈格"
    "葛根贡古瓜圭嘎哈海罕汉杭豪赫亨洪胡华怀惠霍基吉加嘉贾简杰捷金津卡凯坎康考科克肯孔库夸昆扩阔拉莱赖兰朗劳勒雷累黎里理利立莉丽连良列林琳龙隆卢鲁伦罗洛吕"
    "马玛麦曼芒毛茂梅美蒙米密敏明缪摩莫默姆木穆那娜纳乃奈南内尼年涅宁纽农努诺欧帕派潘庞培佩彭皮平珀普其奇齐恰钱乔切琴青琼曲日荣茹如仁萨塞赛瑟森沙莎"
    "山珊尚绍舍申什史士舒斯思苏素孙索琐塔泰坦汤陶特滕提图吐托瓦娃万旺威韦维魏温翁沃乌吾西希锡席夏香谢辛欣休许逊雅亚娅央扬杨尧耶叶伊依衣因英尤玉约月"
    "扎哲泽詹珍芝只珠兹卓孜祖佐嘎江热合买肉都不翰妮衮敏木朗让措才珀丁别让桑嘉吾姑丽烈蕾薇黛丝妲姬露璐姗仙茵弥力努赫穆苦伍各呷果依提麦合逊祖库别列胡铁其格云布敖登朝孟宝音额追强曲比石"
)
WITH_DOT = re.compile(rf"[{SOUNDS}]{{2,8}}(?:[·.][{SOUNDS}]{{1,8}}){{1,3}}")
BY_SOUND = (
    "阿艾巴白拜班鲍贝比毕布查茨次达代旦迪杜多尔格嘎根贡古瓜哈海汗赫胡吉加嘉卡凯坎康克肯孔库昆拉莱兰朗勒黎里力利丽列林龙鲁伦罗洛马玛麦曼茂梅蒙米密莫"
    "姆木穆那娜纳乃尼宁牛纽努诺帕佩彭皮珀普恰青琼曲仁日荣如茹萨塞赛桑森沙山苏素索塔台泰特提图吐托娃瓦旺维温沃乌吾希夏央雅亚衣依英玉扎哲珍珠卓孜措才让宗巧卓金顿堆丹增贡穆西次苦伍各呷果合逊祖库列铁其云敖登朝孟宝音额追石强力"
)
"""Characters by whose sound names of other languages are written, those left out that are words of every sentence."""
CALLED_BY_SOUND = re.compile(
    rf"[{BY_SOUND}]{{3,7}}(?=$|[^\u4e00-\u9fff]|[从在把被和与跟的同说是也就都不没有因向对已去来家寒暑今去昨等])"
)
VIETNAMESE = re.compile(
    r"(?<![\u4e00-\u9fff])?[阮黎范武裴陈邓杜胡潘黄吴杨李丁][氏文][\u4e00-\u9fff]{1,2}(?=$|[^\u4e00-\u9fff])"
)
LATIN = re.compile(
    r"(?:(?i:my name is|i am|i'm|name|contact)|联系人|姓名|英文名|拼音|外教|叫|本人|签名|署名)(?:是|为)?[:： ]{0,2}"
    r"([A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15}){1,2})(?![A-Za-z])"
)
PRESENTS = re.compile(r"(?:^|[\n,，。:：!！;；])我(?:是|名|家)?$")


def foreign_names(read: PlainText) -> Iterator[Span]:
    """阿依古丽·买买提, and after a word that says somebody is meant 扎西次仁, 阮氏秋红, Zhang Wei."""
    for match in WITH_DOT.finditer(read.text):
        yield _first_character(read.text, match.start()), match.end()
    for pattern in (CALLED_BY_SOUND, VIETNAMESE):
        for match in pattern.finditer(read.text):
            before = read.before(match.start(), 12)
            if (
                STRONG_BEFORE.search(before)
                or PRESENTS.search(before)
                or (len(match.group()) > 3 and _is_weakly_said(before))
            ):
                yield match.span()
    yield from (match.span(1) for match in LATIN.finditer(read.text))


def _first_character(text: str, start: int) -> int:
    """After the end of a word that says who is meant, if that looks like the name's beginning: 先生马克·约翰逊."""
    for at in (start + 2, start + 1):
        if STRONG_BEFORE.search(text[max(0, at - 12) : at]):
            return at
    return start


def _is_weakly_said(before: str) -> bool:
    return not before or before[-1] == "\n" or WEAK_BEFORE.search(before) is not None
