"""When something is due and what happens on the way (who is reminded, what lapses): calendar, time limits, escalation ladder."""
