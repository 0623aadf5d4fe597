"""The services of the procedure itself: what its tasks mean, and what staff may do beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.permissions import EGOV_ROLES, MAY_UNMASK
from letterbox.domain.vocabulary import Role
from letterbox.services.case.leading import lock_leading
from letterbox.services.case.secrecy import Unmasking
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure import urgency
from letterbox.services.procedure.accusing import Accusing
from letterbox.services.procedure.actions import Action
from letterbox.services.procedure.assignment import Assignment
from letterbox.services.procedure.extensions import Extensions
from letterbox.services.procedure.handling import Handling
from letterbox.services.procedure.joining import Joining
from letterbox.services.procedure.recalling import Recalling
from letterbox.services.procedure.recategorising import Recategorising
from letterbox.services.procedure.rehandling import Rehandling
from letterbox.services.procedure.reminders import Reminders
from letterbox.services.procedure.returns import Returns
from letterbox.services.procedure.review import Reviewing
from letterbox.services.procedure.screening import Screening
from letterbox.services.procedure.splitting import Splitting
from letterbox.services.procedure.withdrawing import Withdrawing
from letterbox.services.side_processes.co_handling import CoHandlers
from letterbox.services.side_processes.instructions import Instructions
from letterbox.services.side_processes.promises import Promises
from letterbox.services.side_processes.supervision import Supervisions
from letterbox.services.tasks.handlers import TaskHandler


class Procedure:
    """One service a capability, each built when first asked for."""

    def __init__(self, notices: Notices, new_letters: NewLetters) -> None:
        self._notices = notices
        self._new_letters = new_letters

    @cached_property
    def joining(self) -> Joining:
        return Joining(self._notices, self.promises, self.accusing)

    @cached_property
    def accusing(self) -> Accusing:
        return Accusing(self._notices)

    @cached_property
    def unmasking(self) -> Unmasking:
        return Unmasking()

    @cached_property
    def splitting(self) -> Splitting:
        return Splitting(self._new_letters)

    @cached_property
    def withdrawing(self) -> Withdrawing:
        return Withdrawing(self.joining, self._notices)

    @cached_property
    def screening(self) -> Screening:
        return Screening(self._notices, self.joining, self.recategorising)

    @cached_property
    def assignment(self) -> Assignment:
        return Assignment(self._notices, self.co_handlers, self.supervisions)

    @cached_property
    def co_handlers(self) -> CoHandlers:
        return CoHandlers(self._notices)

    @cached_property
    def handling(self) -> Handling:
        return Handling(self.co_handlers)

    @cached_property
    def reviewing(self) -> Reviewing:
        return Reviewing(self._notices, self.joining, self.supervisions, self.promises)

    @cached_property
    def supervisions(self) -> Supervisions:
        return Supervisions(self._notices)

    @cached_property
    def instructions(self) -> Instructions:
        return Instructions(self._notices, self.supervisions)

    @cached_property
    def promises(self) -> Promises:
        return Promises(self._notices)

    @cached_property
    def rehandling(self) -> Rehandling:
        return Rehandling(self._notices)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self._notices)

    @cached_property
    def returns(self) -> Returns:
        return Returns(self._notices)

    @cached_property
    def extensions(self) -> Extensions:
        return Extensions(self._notices)

    @cached_property
    def recategorising(self) -> Recategorising:
        return Recategorising(self._notices, self.accusing)

    @cached_property
    def recalling(self) -> Recalling:
        return Recalling(self._notices)

    def task_handlers(self) -> Mapping[str, TaskHandler]:
        """By task id of the diagrams; a task that is not here is recorded as it was answered."""
        known = {
            TaskKey.ASSIGN_LETTER: self.assignment.assign,
            TaskKey.RECEIVE_LETTER: self.handling.receive,
            TaskKey.SUBMIT_TO_DEPUTY: self.handling.submit_to_deputy,
            TaskKey.INSTRUCT_HANDLER: self.handling.instruct,
            TaskKey.DRAFT_REPLY: self.handling.draft,
            TaskKey.SIGN_OFF_REPLY: self.handling.sign_off,
            TaskKey.RULE_ON_RETURN: self.returns.rule,
            TaskKey.DECIDE_EXTENSION: self.extensions.decide,
            TaskKey.REVIEW_REPLY: self.reviewing.review,
            TaskKey.DECIDE_REHANDLING: self.rehandling.decide,
            TaskKey.GIVE_OPINION: self.co_handlers.give_opinion,
            TaskKey.ANSWER_SUPERVISION: self.supervisions.answer,
            TaskKey.ASSESS_FEEDBACK: self.supervisions.assess,
            TaskKey.ANSWER_INSTRUCTION: self.instructions.answer,
            TaskKey.REPORT_PROMISE: self.promises.report,
        }
        screening = TaskHandler(self.screening.screen, locks=lock_leading)
        return {TaskKey.SCREEN_LETTER: screening, **{key: TaskHandler(apply) for key, apply in known.items()}}

    def actions(self) -> Mapping[str, Action]:
        """By name of the contract's table of actions, in the order in which a letter's page offers them."""
        returns, recalling = self.returns, self.recalling
        extensions, changing = self.extensions, self.recategorising
        screener, supervisor = Role.SCREENER, Role.SUPERVISOR
        return {
            "return": Action("退回来信", frozenset({Role.UNIT_HANDLER}), returns.may_give_back, returns.give_back),
            "apply-for-extension": Action(
                title="申请延期",
                roles=frozenset({Role.UNIT_HANDLER}),
                may=extensions.may_apply,
                act=extensions.apply,
                prefill=extensions.known_contacts,
            ),
            "recategorise": Action(
                title="更改类别",
                roles=frozenset({screener}),
                may=changing.may_recategorise,
                act=changing.recategorise,
                prefill=changing.present,
            ),
            "recall": Action("收回来信", frozenset({screener}), recalling.may_recall, recalling.recall),
            "urgent": Action(
                title="更改急件标记",
                roles=frozenset({screener, supervisor}),
                may=urgency.may_mark,
                act=urgency.mark,
                prefill=urgency.marked_so_far,
                must_say=frozenset({"urgent"}),
            ),
            "remind": Action(
                "催办", frozenset({screener, supervisor}), self.reminders.may_remind, self.reminders.remind
            ),
            **self._side_process_actions(),
            **self._actions_with_other_letters(),
            **self._actions_on_accusations(),
            "withdraw": Action(
                "代来信人撤回", frozenset({screener}), self.withdrawing.may_withdraw, self.withdrawing.withdraw
            ),
        }

    def _actions_with_other_letters(self) -> Mapping[str, Action]:
        joining, splitting, screener = self.joining, self.splitting, frozenset({Role.SCREENER})
        return {
            "join": Action("并入另一封来信", screener, joining.may_join, joining.join),
            "release": Action("从主信分出", screener, joining.may_release, joining.release, is_quiet=True),
            "split": Action(
                title="分出另一封来信",
                roles=screener,
                may=splitting.may_split,
                act=splitting.split,
                prefill=splitting.present,
            ),
        }

    def _actions_on_accusations(self) -> Mapping[str, Action]:
        unmasking, changing = self.unmasking, self.recategorising
        return {
            "unmask": Action(
                "查看来信人身份", frozenset(MAY_UNMASK), unmasking.may_unmask, unmasking.unmask, is_quiet=True
            ),
            "confirm-category": Action(
                "确认更改检举控告的类别", EGOV_ROLES, changing.may_confirm, changing.confirm, is_quiet=True
            ),
        }

    def _side_process_actions(self) -> Mapping[str, Action]:
        """What starts and ends something that runs beside the letter."""
        co_handlers, supervisions, instructions = self.co_handlers, self.supervisions, self.instructions
        screener = frozenset({Role.SCREENER})
        return {
            "add-co-handler": Action("增加协办单位", screener, co_handlers.may_add, co_handlers.add),
            "release-co-handler": Action("撤销协办单位", screener, co_handlers.may_release, co_handlers.release),
            "supervise": Action(
                title="督办",
                roles=frozenset({Role.SUPERVISOR}),
                may=supervisions.may_supervise,
                act=supervisions.supervise,
                prefill=supervisions.own_office,
            ),
            "instruct": Action("批示", frozenset({Role.LEADER}), instructions.may_instruct, instructions.instruct),
        }
