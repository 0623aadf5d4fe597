"""What a browser calls itself, in words that its owner recognises; and by which way somebody came in."""

from __future__ import annotations

from flask_babel import gettext

BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("360SE", "360 浏览器"), ("360EE", "360 浏览器"),
    ("QQBrowser", "QQ 浏览器"), ("SE 2.X", "搜狗浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
"""The first that fits: most call themselves Chrome and Safari as well."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "鸿蒙"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """``Chrome · Windows``; its own first word if nobody knows it."""
    found = [next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    words = " · ".join(name for name in found if name)
    return words or user_agent.split(" ", maxsplit=1)[0][:40] or gettext("不知名的程序")


def way_in(how: str) -> str:
    """密码, 密码和动态码, …"""
    known = {
        "password": gettext("密码"),
        "code": gettext("密码和动态码"),
        "recovery_code": gettext("密码和恢复码"),
        "single_sign_on": gettext("统一登录"),
    }
    return str(known.get(how, how))
