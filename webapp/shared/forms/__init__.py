"""Task forms on a page: draw one, read what was posted. Works without scripts; ``forms.js`` adds comfort.

A page puts ``render_form(…)`` inside ``forms/shell.html``'s ``form_shell``. Its POST reads
``values = read_posted(form, request.form)``; if ``is_row_action(request.form)`` it draws the form again with these values
(a row was added or taken away), else it validates, and on errors draws it again with values and errors.
"""

from webapp.shared.forms.posted import is_row_action, read_posted
from webapp.shared.forms.render import render_form

__all__ = ["is_row_action", "read_posted", "render_form"]
