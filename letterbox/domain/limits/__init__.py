"""When something is due and what happens on the way: the calendar, the time limits, the escalation ladder."""
