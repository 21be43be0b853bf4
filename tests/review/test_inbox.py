"""What users said that no example covers, ranked by what teaching it is worth."""

from __future__ import annotations

from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.review.inbox import Waiting, is_uncovered, likened


def read(text: str) -> ParseResult | None:
    sure = 0.9 if "order" in text else 0.2
    return None if text == "unreadable" else ParseResult(text, "order" if "order" in text else "greet", sure)


def waiting(number: int, text: str, count: int = 1) -> Waiting:
    parsed = read(text)
    return Waiting(number, text, count, parsed.intent if parsed else None, parsed.confidence if parsed else 0.0)


def test_what_an_example_or_a_person_has_settled_is_not_asked() -> None:
    known = {"where is it"}
    assert is_uncovered("where was it", known)
    assert not is_uncovered("Where  is it", known)
    assert not is_uncovered('/greet{"name": "Ada"}', known)
    assert not is_uncovered("  ", known)


def test_unsure_messages_of_many_users_come_first_and_near_same_ones_together() -> None:
    found = likened(
        [
            waiting(1, "order a small pizza now", 40),
            waiting(2, "gimme a lift to town", 1),
            waiting(3, "send me the bill at last", 5),
            waiting(4, "send me the bill at last !", 1),
            waiting(5, "Send me the bill at last !", 9),
        ],
        read,
    )
    assert [[message.id for message in group.messages] for group in found] == [[5, 3], [2], [1]]
    assert found[0].parsed.intent == "greet"
    assert likened([waiting(1, "unreadable")], read)[0].parsed.intent is None
