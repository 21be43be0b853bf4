"""What the conversation pane tells of each answer."""

from __future__ import annotations

from tests.session.script import Script, World
from trainer_tui.core.events import BotUttered
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.session.history import History
from trainer_tui.session.protocol import IntentChosen
from trainer_tui.session.view import HistoryEntry, Mark

MEANINGS = {"hi": ParseResult("hi", "greet", 0.6, ranking=(("greet", 0.6), ("goodbye", 0.4)))}
SAID = BotUttered("Which?", {"buttons": [{"title": "Great", "payload": "/mood_great"}], "image": "a.png", "custom": {}})


def told(script: Script) -> list[HistoryEntry]:
    return list(History().entries(script.timeline.head))


def test_messages_are_numbered_from_one_as_in_every_list_of_them() -> None:
    script = Script(world=World(meanings=MEANINGS)).says("hi").confirms(3).says("/goodbye").confirms(2)
    numbered = [(entry.number, entry.text) for entry in told(script) if entry.number is not None]
    assert numbered == [(1, "hi"), (2, "/goodbye")]
    assert [(point.number, point.text) for point in History().fork_points(script.timeline.head)] == numbered


def test_a_corrected_intent_names_what_was_wanted() -> None:
    script = Script(world=World(meanings=MEANINGS)).says("hi")
    assert [(e.mark, e.wanted) for e in told(script.confirms()) if e.kind == "intent"] == [(Mark.CONFIRMED, None)]
    script.undoes().answers(IntentChosen("goodbye"))
    assert [(e.mark, e.wanted) for e in told(script) if e.kind == "intent"] == [(Mark.CORRECTED, "greet")]


def test_what_a_bot_shows_beside_words_is_told_and_buttons_are_counted_from_one() -> None:
    world = World(meanings=MEANINGS, results={"utter_greet": (SAID,)})
    script = Script(world=world).says("hi").confirms(2)
    assert [entry.text for entry in told(script)[-3:]] == ["Which?", "1 Great (/mood_great)", 'image: "a.png"']


def test_a_corrected_intent_shows_what_the_interpreter_gave_it() -> None:
    ranking = (("greet", 0.7), ("goodbye", 0.2), ("search_concerts", 0.1))
    for chosen, confidence in (("goodbye", 0.2), ("search_concerts", 0.1)):
        script = Script(world=World(meanings={"hm": ParseResult("hm", "greet", 0.7, (), ranking)}))
        script.says("hm").answers(IntentChosen(chosen))
        assert [e.confidence for e in told(script) if e.kind == "intent"] == [confidence]
