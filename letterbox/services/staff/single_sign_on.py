"""Single sign-on by OpenID Connect beside local accounts: whose account of the provider belongs to which person here.

Nobody is made by it: a person is entered by an administrator first, with his rights. The provider's word for who he is (a
claim) is compared with the account name written down for a person, or with his login where none is. Who is whom is written
down beside the machine only (``letterbox people single-sign-on``): whoever could do it in the web could become anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.permissions import Actor
from letterbox.services.access.sign_in import SignedIn, SignIn
from letterbox.services.access.trail import AccessEvent, AccessTrail
from letterbox.services.audit.log import AdminAction, Administration, differences, require_security
from letterbox.services.staff.people import find_person
from letterbox.services.staff.rights import about, is_command_line
from letterbox.store.database import Database
from letterbox.store.people import Person

UNKNOWN = "统一登录的账号在这里没有对应的人员，请联系系统管理员"
LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class SingleSignOnState:
    """``subject``: the provider's name for the person, empty: his login. ``has_password``: may also use a password."""

    subject: str
    has_password: bool


class SingleSignOn:
    def __init__(self, database: Database, sign_in: SignIn, administration: Administration, trail: AccessTrail) -> None:
        self._database = database
        self._sign_in = sign_in
        self._administration = administration
        self._trail = trail

    def person_of(self, claim: object, address: str) -> SignedIn:
        """The person whom the provider means. Raises NotAllowed for nobody, and for somebody out of use."""
        name = claim if isinstance(claim, str) and 0 < len(claim) <= LONGEST_SUBJECT else None
        person_id = self._known(name) if name else None
        person = self._sign_in.of_person(person_id) if person_id is not None else None
        if person is None:
            self._trail.write(
                AccessEvent.SIGN_IN_FAILED,
                None,
                person_id=person_id,
                address=address,
                why="unknown",
                factor="single_sign_on",
            )
            raise NotAllowed(UNKNOWN)
        return person

    def _known(self, name: str) -> int | None:
        with self._database.reading() as session:
            written = session.scalars(select(Person.id).where(Person.sso_subject == name)).first()
            if written is not None:
                return written
            return session.scalars(select(Person.id).where(Person.login == name, Person.sso_subject.is_(None))).first()

    def state(self, person_id: int) -> SingleSignOnState:
        """Raises NotFound."""
        with self._database.reading() as session:
            person = find_person(session, person_id)
        return SingleSignOnState(person.sso_subject or "", person.may_use_password)

    def edit(self, actor: Actor, person_id: int, subject: str, *, may_use_password: bool) -> bool:
        """Write down the provider's name, and whether a password still opens the account; his sessions end.

        Answers whether anything changed. Raises FieldErrors, NotFound, NotAllowed.
        """
        clean = subject.strip()
        if len(clean) > LONGEST_SUBJECT or not clean.isprintable():
            raise FieldErrors({"subject": f"最多 {LONGEST_SUBJECT} 个字符，不能有控制字符"})
        require_security(actor)
        if not is_command_line(actor):
            raise NotAllowed("统一登录的对应关系只能在服务器上用命令行设置")
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            own = {"sso_subject": person.sso_subject or "", "may_use_password": person.may_use_password}
            before, after = differences(own, {"sso_subject": clean, "may_use_password": may_use_password})
            if not after:
                return False
            taken = select(Person.id).where(Person.sso_subject == clean, Person.id != person_id)
            if clean and change.session.scalars(taken).first() is not None:
                raise FieldErrors({"subject": "这个账号已经对应另一个人"})
            person.sso_subject, person.may_use_password = clean or None, may_use_password
            person.session_version += 1
            change.record(AdminAction.PERSON_EDITED, about(person), before=before, after=after)
            return True
