"""Files of another engine or tool, told by the namespaces that they use: one finding that says what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lxml import etree

_AGAIN = "请用 Camunda Modeler（平台 7）打开，重新填写由谁办理、表单等属性后保存。"
ENGINES: Mapping[str, str] = {
    "http://camunda.org/schema/zeebe/1.0": "这是为 Camunda 8 保存的文件，请在设计器中选择平台 7（Camunda Platform 7）后重新保存。",
    "http://flowable.org/bpmn": f"这是为 Flowable 保存的文件，这里的引擎读不懂它的属性（flowable:…）。{_AGAIN}",
    "http://flowable.org/design": f"这是为 Flowable 保存的文件，这里的引擎读不懂它的属性。{_AGAIN}",
    "http://flowable.org/dmn": "这是为 Flowable 保存的决策表，请用 Camunda Modeler（平台 7）重新保存。",
    "http://activiti.org/bpmn": f"这是为 Activiti 保存的文件，这里的引擎读不懂它的属性（activiti:…）。{_AGAIN}",
    "http://activiti.com/modeler": f"这是为 Activiti 保存的文件，这里的引擎读不懂它的属性。{_AGAIN}",
    "http://www.jboss.org/drools": f"这是为 jBPM 保存的文件，这里的引擎读不懂它的属性（drools:、tns:…）。{_AGAIN}",
    "http://www.bonitasoft.org/studio": f"这是为 Bonita 保存的文件，这里的引擎读不懂它的属性。{_AGAIN}",
    "http://www.signavio.com": f"文件里有 Signavio 的附加内容。{_AGAIN}",
    "http://www.bizagi.com/bpmn20": f"文件里有 Bizagi 的附加内容。{_AGAIN}",
}
PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
HERE = "Camunda Platform"
XML = "http://www.w3.org/XML/1998/namespace"
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Strangers:
    """``whole_file``: why nothing of the file can be used, "" if it can. ``messages``: one for each unknown namespace."""

    whole_file: str = ""
    messages: tuple[str, ...] = ()


def stranger(root: etree._Element, known: Collection[str]) -> Strangers:
    """``known``: the namespaces that the file's language has."""
    used: dict[str, int] = {}
    for item in root.iter():
        spaces = [str(item.tag).rpartition("}")[0]]
        spaces += [str(name).rpartition("}")[0] for name in item.attrib if str(name).startswith("{")]
        for space in (each.removeprefix("{") for each in spaces):
            if space not in known and space != XML:
                used[space] = used.get(space, 0) + 1
    for space, words in ENGINES.items():
        if space in used:
            return Strangers(whole_file=words)
    platform = root.get(PLATFORM)
    if platform not in (None, HERE, "Operaton", "CIB seven"):
        if platform == "Camunda Cloud":
            return Strangers(whole_file=ENGINES["http://camunda.org/schema/zeebe/1.0"])
        return Strangers(whole_file=f"这是为“{str(platform)[:40]}”保存的文件，请在设计器中选择平台 7 后重新保存。")
    named = sorted(used, key=lambda each: (-used[each], each))[:MOST_NAMED]
    return Strangers(messages=tuple(_unknown(space, used[space]) for space in named))


def _unknown(space: str, times: int) -> str:
    if not space:
        return f"文件里有 {times} 个元素不属于任何命名空间，引擎不认识，请用流程设计器重新保存。"
    return f"文件里有 {times} 处来自别的工具（{space[:80]}）的内容，这里不认识，请用 Camunda Modeler（平台 7）去掉后重新保存。"
