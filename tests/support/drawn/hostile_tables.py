"""Decision tables that try to run code in the engine."""

from __future__ import annotations

from xml.sax.saxutils import escape

SPACES = (
    'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"'
    ' xmlns:zz="urn:zz"'
)


def table(
    *,
    said: str = "x",
    language: str = "",
    entry: str = "true",
    entry_language: str = "",
    result: str = '"ok"',
    result_language: str = "",
) -> bytes:
    """One input (``said``), one rule: ``entry`` gives ``result``; each with its expression language."""
    return (
        f'<?xml version=\'1.0\' encoding=\'UTF-8\'?><definitions {SPACES} id="d" name="d" namespace="urn:d">'
        '<decision id="HostileDecision" name="d" camunda:historyTimeToLive="P1D"><decisionTable id="t">'
        f'<input id="i"><inputExpression id="ie" typeRef="boolean" {_language(language)}>'
        f"<text>{escape(said)}</text></inputExpression></input>"
        '<output id="o" name="r" typeRef="string"/>'
        f'<rule id="Rule_1"><inputEntry id="e" {_language(entry_language)}><text>{escape(entry)}</text></inputEntry>'
        f'<outputEntry id="oe" {_language(result_language)}><text>{escape(result)}</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    ).encode()


def literal(text: str, language: str = "") -> bytes:
    return (
        f'<?xml version=\'1.0\' encoding=\'UTF-8\'?><definitions {SPACES} id="d" name="d" namespace="urn:d">'
        '<decision id="HostileDecision" name="d" camunda:historyTimeToLive="P1D"><variable id="v" name="r"/>'
        f'<literalExpression id="Literal_1" {_language(language)}><text>{escape(text)}</text></literalExpression>'
        "</decision></definitions>"
    ).encode()


def tables(marker: str) -> dict[str, bytes]:
    """Name of the way → the table."""
    groovy = f"new File('{marker}').text = 'ran'"
    juel = f"${{''.getClass().forName('groovy.lang.GroovyShell').newInstance().evaluate(\"{groovy}\")}}"
    outside = (
        'function(a) external { java: { class: "java.lang.Runtime", method signature: "exec(java.lang.String)" } }'
    )
    found: dict[str, bytes] = {}
    for language in (
        "groovy",
        "javascript",
        "juel",
        "JUEL",
        "http://www.jcp.org/en/jsr/detail?id=245",
        "feel-scala-unary-tests",
    ):
        found[f"input in {language}"] = table(said=groovy, language=language)
        found[f"entry in {language}"] = table(entry=groovy, entry_language=language)
        found[f"result in {language}"] = table(result=groovy, result_language=language)
        found[f"literal in {language}"] = literal(groovy, language)
    found["a program in the input"] = table(said=juel)
    found["a program in the entry"] = table(entry=juel)
    found["a program in the result"] = table(result=juel)
    found["a program as literal"] = literal(juel)
    found["a function of Java"] = literal(f'{{ f: {outside}, r: f("touch {marker}") }}.r')
    found["a language for all"] = literal(groovy).replace(
        b"<definitions ", b'<definitions expressionLanguage="groovy" '
    )
    return found


def _language(language: str) -> str:
    return f'expressionLanguage="{language}"' if language else ""
