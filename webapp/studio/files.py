"""One file: the picture of a diagram, the rows of a table, the preview of a form."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotFound
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.security import allow_inline_style_attributes
from webapp.studio import presenters
from webapp.studio.blueprint import blueprint, owner_only, page, studio


@blueprint.get("/bundles/<int:bundle_id>/files/<name>")
@owner_only
def file(bundle_id: int, name: str) -> ResponseReturnValue:
    actor = access.actor()
    bundle = studio().bundle(actor, bundle_id)
    files = studio().files(actor, bundle_id)
    line = next((each for each in bundle.files if each.name == name), None)
    if line is None:
        raise NotFound(gettext("这一套里没有这个文件"))
    allow_inline_style_attributes()  # the diagram viewer writes them
    shown = presenters.file_page(name, files[name], example_data())
    return page("file", bundle=bundle, line=line, file=shown, name=name)


@blueprint.get("/change/files/<name>")
@owner_only
def change_file(name: str) -> ResponseReturnValue:
    """The file as it would be deployed, with what was found and what differs marked on it."""
    proposal = studio().proposal(access.actor())
    if name not in proposal.files:
        raise NotFound(gettext("这个文件不在这次改动之后的一套里"))
    allow_inline_style_attributes()
    found = proposal.of_file(name)
    change = next((each for each in proposal.changes if each.file == name), None)
    return page(
        "change_file",
        name=name,
        file=presenters.file_page(name, proposal.files[name], example_data()),
        findings=presenters.findings(found, proposal.files),
        change=change,
        marks=presenters.marks(found, change),
        bundle_id=proposal.live.id,
    )


def example_data() -> dict[str, object]:
    """What the lists of a previewed form show: the real units, the facts of a first answer."""
    units = [
        {"label": each.name, "value": each.code} for each in services().unit_directory.units() if each.kind != "office"
    ]
    return {"units": units, "failed_reviews": 0, "is_public": True, "letter_category": "complaint"}
