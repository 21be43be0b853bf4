"""Opens the review of real conversations where the person stood in it."""

from __future__ import annotations

from trainer_tui.ui.desk import Desk
from trainer_tui.ui.screens.inbox import Inbox
from trainer_tui.ui.screens.review import Conversations


def show_review(desk: Desk) -> None:
    def show_other() -> None:
        desk.reviewed.shows_messages = not desk.reviewed.shows_messages
        show_review(desk)

    desk.open(Inbox(show_other) if desk.reviewed.shows_messages else Conversations(show_other))
