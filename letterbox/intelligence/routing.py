"""The routing table (P1, bpmn/routing.dmn) as the suggester's router."""

from __future__ import annotations

from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.domain.vocabulary import Category
from letterbox.intelligence.suggestion import LeadBy, Route, Router

TABLE_KEY = "routing"


def router(table: DecisionTable) -> Router:
    """Asks the table for each letter; a matter not recognised is ``""`` there. No row that matches: the department."""

    def route(category: Category, matter: str | None, has_territory: bool) -> Route:
        hits = table.evaluate({"category": str(category), "matter": matter or "", "territory_known": has_territory})
        if not hits:
            return Route()
        outputs = hits[0].outputs
        return Route(LeadBy(str(outputs["lead_by"])), str(outputs["unit"]) if outputs.get("unit") else None)

    return route
