"""Pages for those who sign in whose reading leaves no entry in the audit trail, each with its reason.

Every other page does, a new one too (decision 133); what is open to everybody is not asked who reads it.
"""

from __future__ import annotations

OWN_TASKS = "his own open tasks, asked for all day long; each letter that he opens from there is an entry"
OWN_ACCOUNT = "his own account, which nobody else sees"
DRAWING = "a diagram or a form without letters and people"
DAYS = "working days, which are public"
STANDARD = "standard texts of his own unit, without letters and people"

UNRECORDED = {
    "admin.calendar": DAYS,
    "admin.calendar_day": DAYS,
    "admin.calendar_file": DAYS,
    "admin.calendar_import": DAYS,
    "admin.calendar_pick": DAYS,
    "admin.calendar_publish": "how many limits a year's days would move, no letter by name",
    "api.list_tasks": OWN_TASKS,
    "api.get_figures": "numbers of units, no letter and no person",
    "cockpit.diagram": "how many letters stand where; whoever asks which, is recorded",
    "cockpit.diagrams": "how many letters stand where; whoever asks which, is recorded",
    "cockpit.diagram_file": DRAWING,
    "desk.account": OWN_ACCOUNT,
    "desk.notices": "what was sent to him himself",
    "desk.prove": "asks who he is and shows nothing",
    "desk.second_factor": "asks who he is and shows nothing",
    "desk.second_factor_new": OWN_ACCOUNT,
    "desk.session_left": OWN_ACCOUNT,
    "desk.sso_prove": "asks who he is and shows nothing",
    "desk.tasks": OWN_TASKS,
    "desk.tasks_column": OWN_TASKS,
    "desk.texts": STANDARD,
    "desk.text_change": STANDARD,
    "desk.text_new": STANDARD,
    "ops.home": "whether the parts are well and how much waits, no letter by name",
    "studio.change_file": DRAWING,
    "studio.change_raw": DRAWING,
    "studio.file": DRAWING,
    "studio.file_raw": DRAWING,
}
