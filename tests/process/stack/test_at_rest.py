"""What lies in the databases and below the data folder tells nobody who wrote, whatever happened to a letter."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from PIL.PngImagePlugin import PngInfo
from psycopg import sql
from sqlalchemy import select

from letterbox import settings as settings_module
from letterbox import wiring
from letterbox.domain.clock import SystemClock
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Category, Channel
from letterbox.services.notices.known_contacts import QUESTION
from letterbox.stack import demo
from letterbox.stack.postgres import DATABASES
from letterbox.stack.programs import free_port
from letterbox.store.access import IdempotencyKey
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, DeliveryStatus, FormDraft, Notice
from letterbox.store.people import Person
from letterbox.store.replies import Contact
from letterbox.wiring import Services
from tests.support.stack import stack
from tests.support.stack.running_up import Up, ready
from tests.support.stack.waiting import until
from tests.support.writers import sample_files

pytestmark = pytest.mark.engine

NAME, PHONE, MAIL = "欧阳守信", "13955512345", "ouyang.shouxin@example.net"
ADDRESS, IDENTITY = "望江路八十七弄三号", "34262219870314201X"
SECRETS = (NAME, PHONE, MAIL, ADDRESS, IDENTITY)
IN_IT = "the note in a photograph nobody else has"
NOTE = PngInfo()
NOTE.add_text("Comment", IN_IT)
FILE = sample_files.image("PNG", (640, 480), pnginfo=NOTE)
NOTHING = "路灯不亮"


@dataclass(frozen=True, slots=True)
class Lived:
    """An installation in which everything that holds personal data has happened."""

    up: Up
    services: Services

    @property
    def folder(self) -> Path:
        return self.up.data_dir


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    with stack.data_folder() as folder, ready(folder / "data", free_port()) as up, _services(up) as services:
        demo.add_people(services)
        _live(services)
        yield Lived(up, services)


@contextmanager
def _services(up: Up) -> Iterator[Services]:
    with closing(wiring.build(settings_module.load(up.environ))) as opened:
        yield opened


def _live(services: Services) -> None:
    upload = services.attachments.store(FILE, f"{NAME}的身份证.png")
    details = WriterDetails(NAME, phone=PHONE, email=MAIL, address=ADDRESS)
    draft = LetterDraft(
        Channel.PORTAL, NOTHING, NOTHING, is_public=False, writer=details, must_confirm=True, uploads=(upload.token,)
    )
    number = services.intake.submit(draft, WRITER).number
    services.confirmation.confirm(_link(services))
    until(lambda: _sent(services, "letter_received"), within_s=60, what="the confirmed notice")
    services.recovery.ask(number, MAIL, "192.0.2.7")
    until(lambda: _sent(services, "query_code_renewed"), within_s=60, what="the recovered code")
    services.recovery.ask(number, PHONE, "192.0.2.8")
    accused = f"某局{NAME}举报：我的身份证号{IDENTITY}，住{ADDRESS}，电话{PHONE}，邮箱{MAIL}。"
    services.intake.submit(
        LetterDraft(Channel.COUNTER, NOTHING, accused, is_public=False, writer=details, category=Category.REPORT),
        WRITER,
    )
    _start_side_processes(services, number)


def _start_side_processes(services: Services, number: str) -> None:
    """What officials and machines leave in rows of their own."""
    now = SystemClock().now()
    with services.database.transaction() as session:
        letter = session.scalars(select(Letter).where(Letter.number == number)).one()
        person = session.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        session.add(
            Contact(
                letter_id=letter.id,
                unit_code=services.unit_directory.units()[0].code,
                at=now,
                means="phone",
                person=NAME,
                said=f"{NAME}说{PHONE}可以打",
                reached=True,
                recorded_by="",
                recorded_at=now,
            )
        )
        session.add(FormDraft(person_id=person.id, task_id="a", values={"said": NAME, "by": [PHONE]}, saved_at=now))
        session.add(
            IdempotencyKey(
                scope="a", key="a", request_hash="", status=200, body=f'{{"name": "{NAME}"}}', created_at=now
            )
        )


def _link(services: Services) -> str:
    asked = select(Delivery.body).join(Notice).where(Notice.text == QUESTION)
    with services.database.reading() as session:
        body = session.scalars(asked.order_by(Delivery.id)).first()
    found = re.search(r"https?://\S+", body or "")
    assert found is not None, "the question has been blanked before it was read"
    return parse_qs(urlsplit(found.group()).query)["key"][0]


def _sent(services: Services, text: str) -> bool:
    query = select(Delivery.id).join(Notice).where(Notice.text == text, Delivery.status == DeliveryStatus.SENT)
    with services.database.reading() as session:
        return session.scalars(query.where(Delivery.person_id.is_(None)).limit(1)).first() is not None


def test_no_row_of_a_dump_says_who_wrote(lived: Lived) -> None:
    found = []
    for database in DATABASES:
        for table, row in _rows(lived.folder, database):
            found += [f"{database}.{table}: {secret}" for secret in SECRETS if secret in row]
    assert sorted(set(found)) == []


def test_no_file_below_the_data_folder_says_who_wrote_or_what_was_attached(lived: Lived) -> None:
    sought = {secret: secret.encode() for secret in SECRETS} | {"the attachment": IN_IT.encode()}
    found, seen = [], 0
    for path in lived.folder.rglob("*"):
        if path.is_file():
            content, seen = path.read_bytes(), seen + 1
            found += [f"{path.relative_to(lived.folder)}: {name}" for name, each in sought.items() if each in content]
    assert sorted(found) == []
    assert seen > len(SECRETS)


def test_whoever_may_know_reads_it_all_back(lived: Lived) -> None:
    """The proof that the two tests above looked at something that was there."""
    with lived.services.database.reading() as session:
        letter = session.scalars(select(Letter).order_by(Letter.id)).first()
        assert letter is not None
        writer = letter.writer
        assert (writer.name, writer.phone, writer.email, writer.address) == (NAME, PHONE, MAIL, ADDRESS)
        own = session.scalars(select(Letter).where(Letter.category == Category.REPORT)).one().writer.body or ""
        assert [secret for secret in SECRETS if secret not in own] == []
    row, content = lived.services.attachments.content(letter.id, 1)
    assert (row.filename, content) == (f"{NAME}的身份证.png", FILE)
    mails = sum(1 for path in (lived.folder / "mail").iterdir() if path.is_file())
    assert mails >= 3


def _rows(folder: Path, database: str) -> Iterator[tuple[str, str]]:
    """Every row of every table as text, read as the server's own administrator."""
    from letterbox.stack import parts, stack_file  # noqa: PLC0415  # only here

    passwords = parts.secrets_of(folder).database
    port = urlsplit(str(stack_file.read(folder)["database_url"])).port
    url = f"postgresql://postgres:{passwords['postgres']}@127.0.0.1:{port}/{database}"
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        assert tables, os.fspath(folder)
        for schema, table in tables:
            query = sql.SQL("SELECT each::text FROM {} AS each").format(sql.Identifier(schema, table))
            for (row,) in connection.execute(query):
                yield table, row
