"""What stands before and after a person's name in a letter, and what says that none stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass

POSTS = (
    "书记|支书|主任|局长|镇长|乡长|县长|市长|区长|村长|科长|股长|处长|部长|司长|厅长|所长|站长|院长|校长|园长|厂长|矿长|场长|行长|庭长|"
    "队长|组长|班长|排长|连长|社长|会长|董事长|理事长|护士长|站长|秘书|干事|主席|委员|常委|法官|检察官|警官|律师|教授|会计|出纳|"
    "经理|老板|教练|老师|医生|医师|大夫|主管|总监"
)
TITLES = re.compile(
    rf"(?:{POSTS}|大爷|大妈|大叔|大伯|伯|大娘|大婶|大哥|大姐|阿姨|师傅|老总|先生|女士|小姐|同志|"
    r"奶奶|爷爷|叔叔|伯伯|婆婆|嫂子?|姨|姐|哥|总|氏(?![\u4e00-\u9fff])|姓|记(?!者)|"
    r"家(?=[里的院门人属长庭中湾沟坝坪村河桥屋岩坡岗堰铺店嘴坳冲寨墩圩台巷坎庄山街老大二三四兄弟养种是在也不有和与跟都就、,。\s]|$)|干部|干警|护士|董事?|所|局|科|副.?|某.?)"
)
"""After a surname: nobody is named in full."""
KIN = (
    "(?:[大二三四五六七小老幺亲堂表我他她俺](?:伯|叔|舅|姑|姨|婶|哥|姐|弟|妹|嫂|爷|奶|爹|娘|妈|爸)"
    "|[大二三四五六七小老幺亲堂表]?(?:伯[父母伯]|叔[父叔]|舅[父母妈舅子]|姑[父母妈姑夫]|姨[父母妈夫]|婶[子婶]|哥哥|姐[姐夫]|弟[弟媳妇]|妹[妹夫]|嫂[子嫂]|爷爷|"
    "奶奶|妈妈|爸爸)|父亲|母亲|丈夫|妻子|爱人|老公|老婆|老伴|前夫|前妻|未婚妻|未婚夫|对象|男友|女友|男朋友|女朋友|媳妇|儿媳|女婿|"
    "[长次幼三小大二独养继](?:儿子?|女儿?|子)|儿子|女儿|孩子|小孩|孙[子女儿]|孙媳|孙女婿|外孙女?|外甥女?|侄[子女儿]|岳[父母]|公公|婆婆|外公|外婆|姥[姥爷]|"
    "祖[父母]|连襟|妯娌|亲家|亲戚|家属|家人|[养继生后亡先][父母爸妈]|[亡先其][夫妻]|其[子女父母兄弟姐妹儿孙]|室友|小?叔子|大?姑子|[大小]姨子|双胞胎|兄弟|姐妹|姊妹|兄长|夫妇|夫妻)"
)
LABELS = (
    "反映人|来信人|写信人|举报人|投诉人|信访人|求助人|检举人|控告人|被举报人|联系人|申请人|负责人|责任人|经手人|经办人|承办人|收款人|收件人|寄件人|"
    "受益人|当事人|委托人|受托人|代理人|法人|法定代表人|借款人|欠款人|担保人|证人|证明人|监护人|签字人|签发人?|审核人?|填表人|报案人|受害人|嫌疑人|"
    "被告|原告|被告人|死者|失主|失踪者|走失者|遗属|使用人|产权人|买受人|出租人|承租人|转让人|乙方|甲方|伤者|患者|病人|逝者|落款|署名|签名|姓名|名字|户名|户主|开户名"
)
ROLES = (
    "代表|村民|居民|市民|群众|业主|租户|住户|用户|邻居|隔壁|对门|房东|租客|车主|司机|师傅|包工头|工头|工友|同事|同学|同桌|同乡|老乡|朋友|战友|"
    "民警|警察|交警|辅警|队员|保安|保洁|中介|网格员|工作人员|办事员|管理员|护林员|党员|干部|职工|员工|工人|农民|农民工|学生|教师|外教|专家|"
    "军人|军属|老人|老兵|退役军人|退伍军人|残疾人|五保户|低保户|特困户|贫困户|养猪户|养殖户|种植户|大户|商户|店主|摊主|护士|村医|"
    "当事人|肇事者|承包人|承包商|投资人|股东|委员|文书|志愿者|[分主]管领导|带队领导|小伙子?|姑娘|妇女|同胞|青年|后生|店员|前台|人员|歌手|选手|助手|考生|新生|毕业生|研究生|"
    "大学生|小学生|中学生|乘客|顾客|旅客|作者|患者|死者|大嫂|老汉|老太太?|老头|女孩|男孩|女子|男子|产妇|孕妇|网友|驾驶员"
)
STRONG_BEFORE = re.compile(
    rf"(?:我叫|叫做|名叫|叫|本人|{LABELS}|{ROLES}|{POSTS}|{KIN}|联系|转告|转交|岁的|写成了?|打成了?|登记成了?|改成了?|误为)"
    r"(?:叫|名叫|是|为|姓名|的)?[:： ，,“\"'‘「《【】（(]{0,2}$"
)
"""Somebody is meant by what follows."""
OF_MANY = re.compile(
    "(?:居民|群众|业主|残疾人|老人|学生|工人|农民工?|职工|员工|妇女|村民|市民|用户|住户|患者|病人|教师|人员|干部|党员|领导|大户|商户|顾客|旅客|乘客|"
    "考生|新生|毕业生|研究生|大学生|小学生|中学生|专家|军人|青年|女子|男子|工作人员|"
    "孩子|小孩|家属|家人|儿女|父母|夫妻|[低五特贫]..?户|贫困户|养殖户|种植户|医生|医师|老师|律师|司机师傅)$"
)
"""Words for people that also stand before what is theirs: 残疾人车位, 学生成绩."""
SINGLED_OUT = re.compile(r"(?:[、和与及跟由被找让“\"（(《【:：]|^|\n|举报|投诉|控告|感谢|表扬)$")
"""What follows a list's sign or a word that needs somebody."""
CALLED = re.compile(r"(?:(?:我叫|姓名|名叫|名字叫?)(?:是|为)?[:： ]{0,2}|(?:写信人|来信人|署名|落款)[:：] ?)$")
"""What follows is said to be a name, whatever else it means."""
ROLE_BEFORE = re.compile(r"(?:[\u4e00-\u9fff](?:长|员|师|工|商|人|头|户))$")
"""Very likely what somebody is, though no list has it."""
WEAK_BEFORE = re.compile(
    r"(?:找|跟|向|被|由|给|听|问|请|和|与|及|同|让|把|对|托|陪|替|因|据|、|男|女|的|是|[:：“\"（(《【‘]|"
    r"举报|投诉|控告|感谢|表扬|反映|责成|委托|通知|安排|任命|选举|要求|隐去|都怪|就怪|归|欠|而|但|后来|现在|当时|年|月|日|天|\n|[)）]|[给罪打骂欠害撞救]了)$"
)
HINTED_BEFORE = re.compile(
    "(?:派|判|查处|处理|将|责令|问了|找了|见到|见了|告知|通知|安排|协助|约谈|督促|看望|慰问|走访|希望|找到|找过|问过|看见|看到|遇到|碰到|认识|得知|发现|知道|听说|据说|只有|唯独|就是|那个|这个|村里|组里|连|可是|因为|但是|所以|如果|自从|直到|包括|除了|"
    "以及|[嫁卖借还交送转留租]给|骂|逼|催|帮|告|抓|选|罚|由于|既然|虽然|凭|昨天|今天|前天|昨晚|上次|这次|每次|那天|当天|随后|之后|以前|又|还有)$"
)
"""Somebody may well be meant by what follows."""
AFTER = re.compile(
    rf"(?:同志|先生|女士|小姐|师傅|小朋友|同学|老人|{POSTS}|"
    r"等[十0-9一二三四五六七八九几多人户]|敬上|敬呈|敬启|上$|家的|家里|反映|举报|投诉|说|称|承诺|签字|签名|欠|拖欠|收|打|骂|偷|强占|"
    r"霸占|住|夫妇|夫妻|兄弟|姐妹|姊妹|父子|母子|母女|父女|户[于属是因]|一家|一户|本人|名下|"
    r"的(?:抚恤金|名字|姓名|签名|手机|电话|身份证|户口|老婆|妻子|丈夫|儿子|"
    r"女儿|父亲|母亲|工龄|低保|房子)|，男|，女|,男|,女| ?[(（]?(?:身份证|电话|手机|1[3-9][0-9])"
    r"|[,( /]{0,2}(?:[男女][, ]{0,2})?(?:(?:19|20)[0-9\-.年月日]{6,9} ?)?[1-8][0-9]{16}[0-9Xx])"
)
ACTING = re.compile(
    "[把被跟和与在不也就又却都还要来去借拿带用占卖种给让叫开当从因做办站走"
    "跑已曾仍便才只总没未拒偷违私擅骑驾醉坐躲赖担逃承参反联一两最能会应必可将是一直经常至多]|于(?=[0-9一二三两本今])|纳入|列入"
)
"""What those do or suffer who are named."""
AND_OTHERS = re.compile(r"等[0-9一二三四五六七八九十几多数]{1,4}(?:余|多)?[人户名位家]")
FAMILIAR = re.compile(r"(?<![大从缩弱微细至])[小老阿]$")
"""Before a surname alone: 老王, 小李子."""
PRESENTS_HIMSELF = re.compile(r"(?:^|[\n,。:!?; ])(?:我|本人)(?:是|系)?$")


HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Said:
    """What the words before a place say about a name that would begin there."""

    begins: bool
    counts: bool
    called: bool
    role: bool
    presents: bool
    weak: bool
    hinted: bool
    familiar: bool
    singled_out: bool
    of_one: bool
    asks: bool

    @property
    def is_support(self) -> bool:
        """Whether they say anything for a name."""
        return self.called or self.role or self.presents or self.weak or self.hinted or self.begins or self.singled_out

    @classmethod
    def before(cls, text: str, at: int) -> Said:
        words = text[max(0, at - 12) : at]
        called = STRONG_BEFORE.search(words) is not None
        return cls(
            counts=words[-1:].isdigit(),
            begins=not words or not HAN.match(words[-1]),
            called=called,
            role=ROLE_BEFORE.search(words[-2:]) is not None,
            presents=PRESENTS_HIMSELF.search(words[-4:]) is not None,
            weak=not words or WEAK_BEFORE.search(words[-3:]) is not None,
            hinted=HINTED_BEFORE.search(words[-3:]) is not None,
            familiar=not called and FAMILIAR.search(words[-2:]) is not None,
            of_one=called and words[-1:] not in ("的", ",", "、") and OF_MANY.search(words[-4:]) is None,
            asks=words.endswith(("请", "彻", "核", "严", "求", "会", "要", "应")),
            singled_out=SINGLED_OUT.search(words[-2:]) is not None,
        )
