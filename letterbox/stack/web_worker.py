"""gunicorn's worker, whose refusals of what it cannot even read are pages in words: they never reach the application."""

from __future__ import annotations

import socket
from html import escape
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

TOO_LONG = (
    "414 URI Too Long",
    "地址太长",
    "要查的内容太多，放不进地址里。请用浏览器的“后退”回到上一页，少写一些再查，几个词就够。",
)
TOO_MANY_COOKIES = (
    "431 Request Header Fields Too Large",
    "浏览器送来的资料太多",
    "多半是这个浏览器里存的 Cookie 太多。请清除本站的 Cookie，再打开一次；正在填写的内容请先复制。",
)
PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{title}</title><h1>{title}</h1><p>{words}</p><p><a href="/">回到首页</a></p></html>'
)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """As gunicorn's, but too long an address and too many cookies are answered in the people's language."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        said = {LimitRequestLine: TOO_LONG, LimitRequestHeaders: TOO_MANY_COOKIES}.get(type(exc))
        if said is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("refused unread, from %s: %s", addr[0] if addr else "", exc)
        util.write_nonblock(client, _answer(*said))


def _answer(status: str, title: str, words: str) -> bytes:
    body = PAGE.format(title=escape(title), words=escape(words)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
