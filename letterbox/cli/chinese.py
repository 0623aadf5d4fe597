"""The command line's own words, errors and help, in Chinese.

Click asks gettext for every sentence, by a name in each of its modules. A catalogue of gettext would be chosen by the
shell's language; ours speaks Chinese whatever that is, as the product's own sentences do. A sentence that a newer Click
adds stays English and fails the test that reads its source.
"""

from __future__ import annotations

from collections.abc import Mapping

from click import core, decorators, exceptions, formatting, parser, termui, types

SPOKEN = (core, decorators, exceptions, formatting, parser, termui, types)
"""Click's modules that speak to whoever types a command."""
SENTENCES: Mapping[str, str] = {
    "(dynamic)": "（视情况）",
    "Aborted!": "已中止。",
    "Choose from:\n\t{choices}": "可选：{choices}",
    "Choice({choices})": "{choices} 之一",
    "Commands": "命令",
    "Confirm the action without prompting.": "不再询问，直接执行。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename!r}：{message}",
    "Do you want to continue?": "继续吗？",
    "Error: invalid input": "错误：看不懂输入的内容",
    "Error: The two entered values do not match.": "错误：两次输入的内容不一样。",
    "Error: {message}": "错误：{message}",
    "Got unexpected extra argument ({args})": "多出了参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出了参数（{args}）",
    "Did you mean {possibility}?": "是不是要写 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是要写其中之一：{possibilities}？）",
    "Invalid start character for option ({option})": "选项不能这样开头（{option}）",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Invalid value: {message}": "值不对：{message}",
    "Missing argument": "缺少参数",
    "Missing command.": "请写明要执行的命令。",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少 {param_type}",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "No such option {name!r}.": "没有选项 {name!r}。",
    "Option {name!r} does not take a value.": "选项 {name!r} 后面不带值。",
    "Option {name!r} requires an argument.": "选项 {name!r} 后面要写一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name!r} 后面要写 {nargs} 个值。",
    "Argument {name!r} takes {nargs} values.": "参数 {name!r} 要写 {nargs} 个值。",
    "Options": "选项",
    "Positional arguments": "参数",
    "Press any key to continue...": "按任意键继续……",
    "Repeat for confirmation": "请再输入一遍",
    "Show the version and exit.": "显示版本，然后结束。",
    "Show this message and exit.": "显示这段说明，然后结束。",
    "Takes {nargs} values but 1 was given.": "要写 {nargs} 个值，只写了 1 个。",
    "Takes {nargs} values but {len} were given.": "要写 {nargs} 个值，写了 {len} 个。",
    "Try '{command} {option}' for help.": "用法说明：{command} {option}",
    "Usage:": "用法:",
    "Value must be an iterable.": "应是多个值。",
    "default: {default}": "默认 {default}",
    "deprecated": "已停用",
    "directory": "文件夹",
    "env var: {var}": "环境变量 {var}",
    "file": "文件",
    "path": "路径",
    "required": "必填",
    "unknown error": "原因不明",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s 版",
    "{len_type} values are required, but {len_value} was given.": "要写 {len_type} 个值，写了 {len_value} 个。",
    "{len_type} values are required, but {len_value} were given.": "要写 {len_type} 个值，写了 {len_value} 个。",
    "{name} {filename!r} does not exist.": "没有这个文件（夹）：{filename!r}。",
    "{name} {filename!r} is a directory.": "{filename!r} 是文件夹，这里应是文件。",
    "{name} {filename!r} is a file.": "{filename!r} 是文件，这里应是文件夹。",
    "{name} {filename!r} is not executable.": "{filename!r} 不能执行。",
    "{name} {filename!r} is not readable.": "{filename!r} 不能读取。",
    "{name} {filename!r} is not writable.": "{filename!r} 不能写入。",
    "{value!r} does not match the format {format}.": "{value!r} 不合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "{value!r} 不合这些格式：{formats}。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} 不是是否值，可写：{states}",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是数字。",
    "{value!r} is not {choice}.": "{value!r} 不对，只能是 {choice}。",
    "{value!r} is not one of {choices}.": "{value!r} 不在可选之列：{choices}。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 之内。",
}
"""Click's sentence → ours, with the same names in braces."""


def speak() -> None:
    """From now on, in this process."""
    for module in SPOKEN:
        for name, speaker in (("_", said), ("ngettext", counted)):
            if hasattr(module, name):
                setattr(module, name, speaker)


def said(sentence: str) -> str:
    return SENTENCES.get(sentence, sentence)


def counted(one: str, many: str, count: int) -> str:
    """Chinese has one form; which of the two English ones decides the names in braces."""
    return said(one if count == 1 else many)
