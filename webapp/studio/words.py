"""Chinese words for what diagrams, tables and forms hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from letterbox.bundle.difference import KIND, ChangeKind
from letterbox.bundle.model.diagram_model import Level
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.services.deployment.design import REPOSITORY, STUDIO
from letterbox.services.studio.views import ProposalState

ORIGINS: Mapping[str, str] = {REPOSITORY: "随程序发布", STUDIO: "流程设计台"}
STATES: Mapping[str, str] = {
    ProposalState.OPEN: "等另一位流程管理员同意",
    ProposalState.APPROVED: "已同意并部署",
    ProposalState.SENT_BACK: "已退回",
    ProposalState.WITHDRAWN: "已撤回",
    ProposalState.VOID: "已作废：提出之后又改动了文件",
}
KINDS: Mapping[str, str] = {"bpmn": "流程图", "dmn": "决策表", "form": "表单"}
LEVELS: Mapping[str, tuple[str, str, str]] = {
    Level.ERROR: ("错误", "bad", "stop"),
    Level.WARNING: ("提醒", "warn", "alert"),
}
"""Level → words, tone and shape of its tag."""
HOWS: Mapping[str, tuple[str, str, str]] = {
    ChangeKind.ADDED: ("新增", "ok", "check"),
    ChangeKind.REMOVED: ("删去", "bad", "minus"),
    ChangeKind.CHANGED: ("修改", "warn", "pen"),
    ChangeKind.MOVED: ("移动", "quiet", "arrow"),
}
ELEMENTS: Mapping[str, str] = {
    "process": "流程", "participant": "泳池", "lane": "泳道", "userTask": "人工任务", "serviceTask": "自动任务",
    "sendTask": "发送任务", "receiveTask": "接收任务", "businessRuleTask": "规则任务", "scriptTask": "脚本任务",
    "manualTask": "线下任务", "task": "任务", "callActivity": "调用流程", "subProcess": "子流程",
    "exclusiveGateway": "判断", "inclusiveGateway": "多选判断", "parallelGateway": "并行", "eventBasedGateway": "等候先到者",
    "startEvent": "开始", "endEvent": "结束", "intermediateCatchEvent": "等候", "intermediateThrowEvent": "发出",
    "boundaryEvent": "边界事件", "sequenceFlow": "连线", "message": "消息", "error": "错误代码", "textAnnotation": "注释",
    "association": "注释线",
    "definitions": "整个文件", "file": "文件", "collaboration": "协作", "messageFlow": "消息线",
    "signal": "信号", "escalation": "升级", "dataObjectReference": "数据", "dataStoreReference": "数据存储",
    "decision": "决策", "decisionTable": "决策表", "input": "输入列", "output": "输出列",
    "rule": "一行", "form": "表单", "textfield": "单行文字", "textarea": "多行文字", "number": "数字", "checkbox": "勾选",
    "radio": "单选", "select": "下拉选择", "checklist": "多选", "taglist": "多选", "datetime": "日期时间", "text": "说明文字",
    "html": "说明文字", "group": "分组", "separator": "分隔线", "spacer": "空白", "dynamiclist": "可增加的列表",
}  # fmt: skip
PATHS: Mapping[str, str] = {
    "name": "名称", "documentation": "说明", "candidateGroups": "由谁办理", "formRef": "表单", "formRefBinding": "表单绑定",
    "dueDate": "到期", "asyncAfter": "之后异步", "asyncBefore": "之前异步", "topic": "主题", "type": "类型",
    "conditionExpression": "条件", "sourceRef": "从", "targetRef": "到", "default": "默认分支", "calledElement": "调用的流程",
    "calledElementBinding": "调用绑定", "historyTimeToLive": "历史保留期", "isExecutable": "可执行", "processRef": "流程",
    "messageEventDefinition.messageRef": "消息", "timerEventDefinition.timeDate": "定时", "cancelActivity": "打断",
    "isInterrupting": "打断", "attachedToRef": "附着于", "label": "标签", "description": "说明", "key": "字段名", "path": "字段名",
    "values": "选项", "valuesKey": "选项来源", "validate.required": "必填", "validate.maxLength": "最多字数",
    "validate.minLength": "最少字数", "validate.min": "最小", "validate.max": "最大", "validate.pattern": "格式",
    "properties.variable": "流程变量", "properties.requiredIf": "何时必填", "properties.notFuture": "不得晚于现在",
    "conditional.hide": "何时隐藏", "defaultValue": "默认值", "hitPolicy": "命中策略", "text": "文字", "content": "文字",
    "kind": "种类", "order": "分支的先后（引擎依次试）", "other": "其他内容", "terminateEventDefinition": "结束整个流程",
    "errorEventDefinition.errorRef": "错误", "signalEventDefinition.signalRef": "信号", "targetNamespace": "命名空间",
    "triggeredByEvent": "由事件触发", "taskPriority": "优先级", "priority": "优先级",
    "inputExpression.text": "变量", "inputValues.text": "可选值", "outputValues.text": "可选值", "typeRef": "类型",
}  # fmt: skip
_PROPERTY = re.compile(r"extensionElements\.properties\.property\[(?P<name>[^\]]*)\]\.value")
_MAPPING = re.compile(r"extensionElements\.(?P<way>in|out)\[(?P<name>[^\]]*)\]\.(?P<what>\w+)")
_LANES = re.compile(r"flowNodeRef\[\d+\]|flowNodeRef")


def path_words(path: str) -> str:
    """What an owner calls the part of an element at ``path``; unknown ones keep the file's own word."""
    if known := PATHS.get(path):
        return known
    if found := _PROPERTY.fullmatch(path):
        return {"limit": "对应时限", "redoLimit": "重办时限"}.get(found["name"], f"属性 {found['name']}")
    if found := _MAPPING.fullmatch(path):
        return f"{'传入' if found['way'] == 'in' else '传出'}变量 {found['name']}（{found['what']}）"
    return "泳道里的步骤" if _LANES.fullmatch(path) else path


def value_words(path: str, value: str) -> str:
    """A kind in words; every other value as it is written."""
    return element(value) if path == KIND and value else value


def origin(text: str) -> str:
    return ORIGINS.get(text, text)


def element(kind: str) -> str:
    return ELEMENTS.get(kind, kind)


def who(group: str) -> str:
    """甄别员（screener）; an expression or a group of another kind as it is written."""
    return f"{label(Role(group))}（{group}）" if group in {*Role} else group
