"""No list ends silently: it is read page by page, or says how many it left out (``CutList``), or stands here with the reason."""

from __future__ import annotations

import re

from tests.house.project import files, text

LIMIT = re.compile(r"\.limit\(([A-Za-z_]\w*(?: \+ 1)?|\d+)\)|\blimit=([A-Z]\w*|\d+)\b")
PAGED = frozenset({"1", "PAGE", "BATCH", "per_page"})
"""One row, one page of many, one step of a loop."""
REASONS = {
    ("letterbox/services/records/records.py", "limit"): "says how many more there are",
    ("letterbox/services/audit/log_pages.py", "limit"): "says how many more there are",
    ("letterbox/services/staff/own_account.py", "MOST_CHANGES"): "says how many more there are",
    ("letterbox/services/staff/rights_requests.py", "PAST"): "says how many more there are",
    ("letterbox/services/staff/unit_views.py", "limit"): "the page has the number of all beside it",
    (
        "letterbox/services/operations/stuck/work.py",
        "MOST",
    ): "the page says that it was cut, after a thousand of a kind",
    ("letterbox/services/tasks/my_tasks.py", "MOST_FOUND + 1"): "the page says that only so many were searched",
    ("letterbox/services/tasks/my_tasks.py", "MOST_FOUND"): "decides only what stands first",
    ("letterbox/services/records/related.py", "MOST_COMPARED"): "proposals, the most alike first",
    (
        "letterbox/services/records/related.py",
        "most",
    ): "proposals, the most alike first; the list of precedents has none",
    ("letterbox/services/tasks/unowned.py", "20"): "examples beside the number of all",
    ("letterbox/services/records/channel_replies.py", "limit"): "the rest comes once these are marked as handed back",
    ("letterbox/services/writers/contact_confirmation.py", "1000"): "the next round takes the next ones",
    ("letterbox/services/intake/attachments.py", "500"): "the next round takes the next ones",
    ("letterbox/services/notices/delivery.py", "MOST_AT_ONCE"): "the next round takes the next ones",
    (
        "letterbox/services/operations/stuck/rows.py",
        "limit",
    ): "the page says that it was cut, after a thousand of a kind",
    ("letterbox/services/audit/reading.py", "limit"): "one step of a loop",
    ("letterbox/services/records/finding.py", "FEW + 1"): "decides only which way letters are found",
    ("letterbox/services/records/finding.py", "MOST_FOUND + 1"): "the page says that there are more",
    ("letterbox/services/records/search_index.py", "SAMPLE"): "the newest, for a check that says so",
}


def cuts() -> set[tuple[str, str]]:
    """File and what its queries are cut at, where that is neither a row nor a page."""
    return {
        (name, each)
        for name in files(r"^letterbox/services/.*\.py$")
        for each in map("".join, LIMIT.findall(text(name)))
        if each not in PAGED
    }


def test_every_list_that_is_cut_says_so_or_has_a_reason() -> None:
    assert sorted(cuts() - REASONS.keys()) == []


def test_no_reason_is_left_of_a_list_that_is_whole_now() -> None:
    assert sorted(REASONS.keys() - cuts()) == []
