"""What a message means: its intent and its entities."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_tui.asking.notation import annotated, entities_in
from trainer_tui.asking.question import Answer, Candidate, Given, Known, Question, chosen, no, yes
from trainer_tui.asking.second_opinions import disagreeing
from trainer_tui.asking.words import Confidence, Key, Message, Name, Quiet, Sign, Warned, Words, shown_value
from trainer_tui.session.protocol import (
    ChooseIntent,
    Confirmed,
    ConfirmIntent,
    Denied,
    EntitiesMarked,
    Entity,
    IntentChosen,
    IntentNamed,
    MarkEntities,
    NameIntent,
    ParseResult,
)
from trainer_tui.session.view import UNSURE_BELOW


def confirm_intent(prompt: ConfirmIntent, known: Known) -> Question:
    parse = prompt.parse
    message = _message(parse)

    def choice(name: str) -> Given:
        return Confirmed() if name == parse.intent else IntentChosen(name)

    candidates = tuple(Candidate(name, choice(name), confidence) for name, confidence in parse.ranking)
    rest = ", and are all entities marked correctly?" if parse.entities else ", without any entities?"
    unsure: Words = (", ", Warned("unsure")) if parse.confidence < UNSURE_BELOW else ()
    intent = _intent(parse)
    means: Words = (Quiet("  "), Sign("arrow"), Quiet(" intent "), intent, " ", Confidence(parse.confidence), *unsure)
    return Question(
        (
            "Is the intent ",
            Name(str(parse.intent), "intent"),
            " (",
            Confidence(parse.confidence),
            ") correct for ",
            message,
            rest,
        ),
        short=(("Is this right?  ", message, *means), (message, *means)),
        facts=(*_told(parse.entities), *disagreeing(parse.second, "intent")),
        matter=(*disagreeing(parse.second, "intent"), _entities(parse.entities)),
        answers=(
            yes(Confirmed()),
            no(Denied("both")),
            Answer("question.intent", ("i",), "intent", Denied("intent"), "another intent"),
            Answer("question.entities", ("t",), "entities", Denied("entities"), "other entities"),
        ),
        candidates=candidates,
        about="intent",
        read=chosen(candidates, known.view.intents, choice),
    )


def choose_intent(prompt: ChooseIntent, known: Known) -> Question:
    parse = prompt.parse
    candidates = tuple(Candidate(name, IntentChosen(name), confidence) for name, confidence in prompt.ranking)
    unknown = parse.intent if parse.is_shorthand and parse.intent not in dict(prompt.ranking) else None
    return Question(
        ("What intent is it?",),
        short=(("What intent is it?  ", _message(parse)),),
        facts=((f"no intent is called '{unknown}'; :new makes it",),) if unknown else (),
        matter=(
            (Quiet(f"no intent is called {unknown}: "), Key("choice.new"), Quiet(" makes it, or take one that is"))
            if unknown
            else (Quiet("type to filter"),),
        ),
        candidates=candidates,
        suggestion=prompt.ranking[0][0] if prompt.ranking else "",
        how="Number, name or :new",
        takes="choice",
        about="intent",
        read=chosen(candidates),
    )


def name_intent(prompt: NameIntent, known: Known) -> Question:
    return Question(
        ("The name of the new intent",),
        short=(("The name of the new intent?  ", _message(prompt.parse)),),
        suggestion=prompt.suggestion,
        takes="name",
        about="intent",
        read=lambda line: IntentNamed(line.strip() or prompt.suggestion),
    )


def mark_entities(prompt: MarkEntities, known: Known) -> Question:
    parse = prompt.parse
    return Question(
        ("Mark the entities: square brackets around the words, then the type in round ones, as in [Rome](city)",),
        short=(
            ("Which words are entities?", Quiet("  intent "), *_quiet(_intent(parse))),
            ("Which words are entities?",),
        ),
        suggestion=annotated(parse.text, parse.entities),
        takes="entities",
        read=lambda line: EntitiesMarked(entities_in(parse.text, line) if line.strip() else parse.entities),
    )


def _message(parse: ParseResult) -> Message:
    return Message(parse.text, tuple(parse.entities))


def _intent(parse: ParseResult) -> Name | Sign:
    return Name(parse.intent, "intent") if parse.intent else Sign("unset")


def _quiet(intent: Name | Sign) -> Words:
    return (Quiet(intent.text),) if isinstance(intent, Name) else (intent,)


def _told(entities: Sequence[Entity]) -> tuple[Words, ...]:
    """In words: of a marked message a voice leaves out the brackets."""
    told = ", ".join(f"{entity.entity} is {shown_value(entity.value)}{_more(entity)}" for entity in entities)
    return ((f"entities: {told}",),) if entities else ()


def _more(entity: Entity) -> str:
    return "".join(f" {name} {value}" for name, value in (("role", entity.role), ("group", entity.group)) if value)


def _entities(entities: Sequence[Entity]) -> Words:
    if not entities:
        return (Quiet("no entities"),)
    words: list[Name | Quiet | str] = [Quiet("entities  ")]
    for entity in entities:
        words += [Name(entity.entity, "label"), f" = {shown_value(entity.value)}{_more(entity)}   "]
    return tuple(words)
