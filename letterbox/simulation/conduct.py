"""How the county's people behave: shares of letters, one place to change them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conduct:
    """Every figure is a probability, met letter by letter, unless it says otherwise."""

    declined: float = 0.08
    asked_to_supplement: float = 0.09
    supplemented: float = 0.65
    joined: float = 0.03
    urgent: float = 0.06
    important: float = 0.05
    last_minute: float = 0.10
    """Done in the last minute before the office closes on the due day."""
    late: float = 0.07
    very_late: float = 0.02
    """Four working days late: the ladder goes to its end."""
    returned: float = 0.09
    returned_again: float = 0.5
    """After a dismissal or a reassignment."""
    upheld: float = 0.6
    upheld_open: float = 0.3
    """Of those upheld: no unit is named."""
    extension: float = 0.14
    extension_too_late: float = 0.1
    """Of the applications."""
    extension_too_long: float = 0.08
    extension_granted: float = 0.75
    own_limit: float = 0.1
    """The unit sets itself an earlier date (H3)."""
    unmet: float = 0.12
    promise: float = 0.08
    asks_again: float = 0.04
    sent_back: float = 0.08
    failed_review: float = 0.16
    failed_again: float = 0.3
    withdrawn: float = 0.02
    adds: float = 0.06
    urgent_later: float = 0.03
    recalled: float = 0.02
    recategorised: float = 0.03
    co_handled: float = 0.10
    co_released: float = 0.2
    """Of the co-handlers."""
    instructed: float = 0.03
    supervised: float = 0.02
    unmasked: float = 0.4
    """Of the accusations."""
    accuses_a_person: float = 0.2
    """Of the accusations: no unit is accused."""
    reminded: float = 0.03
    split: float = 0.01
    released: float = 0.4
    """Of the joined letters."""
    evaluated: float = 0.55
    satisfied: float = 0.65
    rehandled: float = 0.5
    pressed_again: float = 0.25
    confirmed: float = 0.5
    kept: float = 0.8
    away: float = 0.25
    """Of the unit people, in each month of the period."""
