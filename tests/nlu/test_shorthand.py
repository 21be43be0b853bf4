"""A person types the meaning itself instead of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.asking.reasons import reason
from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import Entity
from trainer_tui.errors import FormatError
from trainer_tui.nlu.interpreter import ParseResult
from trainer_tui.nlu.shorthand import parse_shorthand

DOMAIN = Domain(intents={"greet": Intent("greet"), "inform": Intent("inform")})


def meaning(text: str) -> ParseResult:
    found = parse_shorthand(text, DOMAIN)
    assert found is not None
    assert found.is_shorthand
    assert found.text == text
    return found


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "entities"),
    [
        ("/greet", "greet", 1.0, ()),
        ("  /greet  ", "greet", 1.0, ()),
        ("/greet@0.8", "greet", 0.8, ()),
        ('/inform{"city": "Rome"}', "inform", 1.0, (Entity("city", "Rome"),)),
        ('/inform {"city": "Rome"} ', "inform", 1.0, (Entity("city", "Rome"),)),
        ('/inform@0.5{"n": 2, "b": null}', "inform", 0.5, (Entity("n", 2), Entity("b", None))),
        ('/inform{"city": ["Rome", "Bari"]}', "inform", 1.0, (Entity("city", "Rome"), Entity("city", "Bari"))),
        ('/inform{"url": "https://a.b/?c={d}"}', "inform", 1.0, (Entity("url", "https://a.b/?c={d}"),)),
        ("/inform{}", "inform", 1.0, ()),
        ("/faq/hours", "faq/hours", 1.0, ()),
        ("/greet+inform", "greet+inform", 1.0, ()),
        ('/预订{"食物": "麻辣烫"}', "预订", 1.0, (Entity("食物", "麻辣烫"),)),
        ("/atis_aircraft#atis_flight", "atis_aircraft#atis_flight", 1.0, ()),
        ("_greet", "greet", 1.0, ()),
        ("_greet[]", "greet", 1.0, ()),
        ("/inform[city=Rome, date = today]", "inform", 1.0, (Entity("city", "Rome"), Entity("date", "today"))),
        ("_inform[food=麻辣烫]", "inform", 1.0, (Entity("food", "麻辣烫"),)),
        ("inform[city=Rome]", "inform", 1.0, (Entity("city", "Rome"),)),
        ("inform[]", "inform", 1.0, ()),
    ],
)
def test_every_era_writes_a_meaning_its_own_way(
    text: str, intent: str, confidence: float, entities: tuple[Entity, ...]
) -> None:
    found = meaning(text)
    assert (found.intent, found.confidence, found.entities) == (intent, confidence, entities)
    assert found.ranking == ((intent, confidence),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hello",
        "say _this_ loud",
        "_this is italic_",
        "hello[world]",
        "see[a=b]",
        "inform[Rome]",
        "a/b",
        "[/greet]",
    ],
)
def test_an_ordinary_message_is_no_shorthand(text: str) -> None:
    assert parse_shorthand(text, DOMAIN) is None
    assert parse_shorthand(text) is None


def test_an_intent_that_nobody_knows_is_read_too() -> None:
    assert meaning("/brand_new").intent == "brand_new"


@pytest.mark.parametrize(
    ("text", "title", "character"),
    [
        ("/", "no intent is named", 2),
        ('/{"a": 1}', "no intent is named", 2),
        ("/@0.5", "no intent is named", 2),
        ('/inform{"city": "Rome"', "the entities are not JSON", 23),
        ('/inform{"city" "Rome"}', "the entities are not JSON", 16),
        ("/inform{'city': 'Rome'}", "the entities are not JSON", 9),
        (" /inform{city}", "the entities are not JSON", 10),
        ('/inform{"a": 1} now', "'now' follows the entities", 17),
        ('/inform{"a": 1, "a": 2}', '"a" is given twice', 8),
        ('/inform{"a": NaN}', "NaN is no JSON value", 8),
        ("/inform@", "@ is no confidence", 8),
        ("/inform@1.2.3", "@1.2.3 is no confidence", 8),
        ("/inform@7", "@7 is no confidence", 8),
        ("/me@home", "@ is no confidence", 4),
        ("/inform@0.5 now", "'now' does not belong to an intent", 13),
        ("/inform[city=Rome", "the closing ] is missing", 18),
        ("/inform[city=Rome,date]", "'date' is no entity", 19),
    ],
)
def test_a_broken_shorthand_is_refused_with_the_place_of_the_fault(text: str, title: str, character: int) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_shorthand(text)
    assert title in refusal.value.title
    assert refusal.value.place is not None
    assert f" (character {character}). Expected " in reason(refusal.value)
    assert refusal.value.hint


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    for typed in (text, "/" + text, "_" + text, "/a{" + text, "/a[" + text):
        try:
            found = parse_shorthand(typed, DOMAIN)
        except FormatError:
            continue
        assert found is None or found.intent


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(FormatError, match="nested too deeply"):
        parse_shorthand('/a{"b":' + "[" * 100_000)
