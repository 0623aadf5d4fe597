"""What the engine's own checks refuse (config/deploy/engine/*.groovy), in the words of whoever drew the diagram."""

from __future__ import annotations

import re

REFUSED = re.compile(r"letterbox:(\w+) (.*)", re.DOTALL)
MEANINGS = {
    "code": "引擎不运行流程图里的程序（脚本、类、监听器、连接器、命令、邮件），请删去，改用任务或外部任务",
    "method": "表达式里不能调用方法，只能写变量、比较和业务键",
    "function": "表达式里不能调用函数，只能写变量、比较和业务键",
    "property": "表达式里不能取对象的属性，只能写变量、比较和业务键（execution.processBusinessKey）",
    "object": "表达式里只能用流程变量和业务键，不能用引擎自己的对象",
    "malformed": "表达式写得不完整或者过长，引擎读不懂",
    "element": "引擎不接受这种元素，请删去",
    "attribute": "引擎不接受这个属性，请删去",
    "language": "决策表只能用 FEEL，不能用别的表达式语言或外部函数",
    "file": "只能部署流程图（.bpmn）、决策表（.dmn）和表单（.form）",
}
"""By the word that follows ``letterbox:`` in the engine's message."""


def in_chinese(message: str) -> str:
    """The engine's message about a file: ours in Chinese with what was refused, another as it is."""
    found = REFUSED.search(message)
    words = MEANINGS.get(found.group(1)) if found else None
    return f"{words}：{found.group(2).strip()}" if found and words else message
