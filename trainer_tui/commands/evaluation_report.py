"""What `trainer-tui test` found: for a person, as JSON, as JUnit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place
from trainer_tui.insight.evaluation import (
    ActionScores,
    Conversation,
    InterpreterReport,
    Judged,
    Misreading,
    ParsedExample,
    StoryReport,
)
from trainer_tui.words import quoted

_CONFUSIONS_SHOWN = 10
_WORST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """A part is None where there was nothing to judge it by. `notes` say how it was judged."""

    project: str
    stories: StoryReport | None = None
    nlu: InterpreterReport | None = None
    notes: tuple[str, ...] = ()


# --- for a person -----------------------------------------------------------------------------------------------------


def as_text(report: Report) -> str:
    lines = list(report.notes)
    if report.stories:
        lines += ["", *_stories_as_text(report.stories)]
    if report.nlu:
        lines += ["", *_nlu_as_text(report.nlu)]
    return "\n".join(lines).strip("\n")


def _stories_as_text(stories: StoryReport) -> Iterator[str]:
    total = len(stories.conversations)
    yield "Stories"
    yield _row("actions", stories.actions)
    yield _row("  without action_listen", stories.without_listen)
    yield _counted("whole conversations", stories.conversations_right, total)
    yield f"  {'calibration error':24} {stories.calibration_error:.3f}"
    yield from _confusions_as_text(stories.confusions)
    if stories.failed:
        yield ""
        yield f"Failed: {len(stories.failed)} of {total}"
    for conversation in stories.failed:
        yield from _failure_as_text(conversation)
    yield from _passing_as_text(stories)


def _failure_as_text(conversation: Conversation) -> Iterator[str]:
    yield f"  {conversation.failed_at or ''}  {conversation.story}"
    for found in conversation.misread:
        yield f"      {quoted(found.text, 80)} {found.what}{_line_of(found.place)}"
    step = conversation.first_wrong
    if step:
        yield f"      wanted {step.wanted}, got {step.got} ({step.policy}, {step.confidence:.2f})"


def _line_of(place: Place | None) -> str:
    return f" (line {place.line})" if place and place.line else ""


def _passing_as_text(stories: StoryReport) -> Iterator[str]:
    """What is read otherwise, though Rasa lets the story pass."""
    found = [item for story in stories.conversations for item in story.misreadings if not item.is_failure]
    if found:
        yield ""
        yield "Read otherwise, by which no story fails"
    for item in found:
        yield f"  {item.place or ''}  {quoted(item.text, 80)} {item.what}"


def _nlu_as_text(nlu: InterpreterReport) -> Iterator[str]:
    yield "NLU"
    yield _counted("intents", nlu.intents_right, len(nlu.examples)) + f"   F1 {nlu.intent_f1:.3f}"
    if nlu.entities:
        precision, recall = f"precision {nlu.entity_precision:.3f}", f"recall {nlu.entity_recall:.3f}"
        yield f"  {'entities':24} F1 {nlu.entity_f1:.3f}   {precision}   {recall}   of {nlu.entities:,}"
    for scores in nlu.entity_types:
        counts = f"{scores.right:,} right of {scores.got:,} found, {scores.wanted:,} wanted"
        yield f"    {scores.name:22} F1 {scores.f1:.3f}   {counts}"
    yield f"  {'calibration error':24} {nlu.calibration_error:.3f}"
    yield from _confusions_as_text(nlu.confusions)
    if nlu.worst:
        yield ""
        yield "  the surest of what is wrong"
    for example in nlu.worst[:_WORST_SHOWN]:
        yield f"  {example.confidence:.2f} {example.got or 'nothing'}, not {example.wanted}: {quoted(example.text, 80)}"
        if example.place:
            yield f"       {example.place}"


def _confusions_as_text(confusions: tuple[tuple[Judged, int], ...]) -> Iterator[str]:
    if confusions:
        yield ""
        yield "  wanted → got"
    for (wanted, got), count in confusions[:_CONFUSIONS_SHOWN]:
        yield f"  {count:5}× {wanted} → {got or 'nothing'}"
    if len(confusions) > _CONFUSIONS_SHOWN:
        yield f"  … and {len(confusions) - _CONFUSIONS_SHOWN} pairs more"


def _row(name: str, scores: ActionScores) -> str:
    return _counted(name, scores.right, scores.total) + f"   F1 {scores.f1:.3f}"


def _counted(name: str, right: int, total: int) -> str:
    share = right / total if total else 1.0
    return f"  {name:24} {right:,} of {total:,}   {share:.3f}"


# --- for programs -----------------------------------------------------------------------------------------------------


def as_dict(report: Report) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "project": report.project,
        "notes": list(report.notes),
        "stories": _stories_as_json(report.stories) if report.stories else None,
        "nlu": _nlu_as_json(report.nlu) if report.nlu else None,
    }


def _stories_as_json(stories: StoryReport) -> dict[str, Any]:
    total = len(stories.conversations)
    return {
        **_scores_as_json(stories.actions),
        "conversation_accuracy": stories.conversations_right / total if total else 1.0,
        "conversations_right": stories.conversations_right,
        "conversations": total,
        "without_listen": _scores_as_json(stories.without_listen),
        "calibration_error": stories.calibration_error,
        "confusions": _confusions_as_json(stories.confusions),
        "failed": [_failure_as_json(conversation) for conversation in stories.failed],
        "read_otherwise": [
            _misreading_as_json(found)
            for conversation in stories.conversations
            for found in conversation.misreadings
            if not found.is_failure
        ],
    }


def _scores_as_json(scores: ActionScores) -> dict[str, Any]:
    return {
        "action_accuracy": scores.accuracy,
        "action_f1": scores.f1,
        "actions_right": scores.right,
        "actions": scores.total,
    }


def _failure_as_json(conversation: Conversation) -> dict[str, Any]:
    step = conversation.first_wrong
    return {
        "story": conversation.story,
        **_place_as_json(conversation.failed_at),
        "wanted": step.wanted if step else None,
        "got": step.got if step else None,
        "confidence": step.confidence if step else None,
        "policy": step.policy if step else None,
        "misread": [_misreading_as_json(found) for found in conversation.misread],
    }


def _misreading_as_json(found: Misreading) -> dict[str, Any]:
    return {"text": found.text, **_place_as_json(found.place), "what": found.what}


def _nlu_as_json(nlu: InterpreterReport) -> dict[str, Any]:
    return {
        "intent_accuracy": nlu.intent_accuracy,
        "intent_f1": nlu.intent_f1,
        "intents_right": nlu.intents_right,
        "examples": len(nlu.examples),
        "entity_f1": nlu.entity_f1,
        "entity_precision": nlu.entity_precision,
        "entity_recall": nlu.entity_recall,
        "entities": nlu.entities,
        "entity_types": {
            scores.name: {"f1": scores.f1, "wanted": scores.wanted, "got": scores.got, "right": scores.right}
            for scores in nlu.entity_types
        },
        "calibration_error": nlu.calibration_error,
        "confusions": _confusions_as_json(nlu.confusions),
        "failed": [
            {
                "text": example.text,
                **_place_as_json(example.place),
                "wanted": example.wanted,
                "got": example.got,
                "confidence": example.confidence,
            }
            for example in nlu.worst
        ],
    }


def _confusions_as_json(confusions: tuple[tuple[Judged, int], ...]) -> list[dict[str, Any]]:
    return [{"wanted": wanted, "got": got, "count": count} for (wanted, got), count in confusions]


def _place_as_json(place: Place | None) -> dict[str, Any]:
    return {"file": place.path if place else None, "line": place.line if place else None}


# --- for continuous integration ---------------------------------------------------------------------------------------


def as_junit(report: Report) -> str:
    """One suite of stories, a case each, and one of NLU examples; what XML cannot hold is replaced."""
    suites = ElementTree.Element("testsuites", name=_printable(report.project))
    if report.stories:
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name="stories",
            tests=str(len(report.stories.conversations)),
            failures=str(len(report.stories.failed)),
        )
        for conversation in report.stories.conversations:
            _add_story(suite, conversation)
    if report.nlu:
        wrong = len(report.nlu.examples) - report.nlu.intents_right
        suite = ElementTree.SubElement(
            suites, "testsuite", name="nlu", tests=str(len(report.nlu.examples)), failures=str(wrong)
        )
        for example in report.nlu.examples:
            _add_example(suite, example)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_story(suite: ElementTree.Element, conversation: Conversation) -> None:
    case = _case(suite, conversation.story, conversation.place)
    for found in conversation.misread:
        ElementTree.SubElement(
            case, "failure", message=_printable(f"{found.place}: {quoted(found.text, 80)} {found.what}")
        )
    step = conversation.first_wrong
    if step:
        place = step.place or conversation.place
        failure = ElementTree.SubElement(
            case, "failure", message=_printable(f"{place}: wanted {step.wanted}, got {step.got}")
        )
        failure.text = _printable(f"by {step.policy}, {step.confidence:.2f} sure")


def _add_example(suite: ElementTree.Element, example: ParsedExample) -> None:
    case = _case(suite, example.text, example.place)
    if example.wanted != example.got:
        got = example.got or "nothing"
        ElementTree.SubElement(case, "failure", message=_printable(f"wanted {example.wanted}, got {got}"))


def _case(suite: ElementTree.Element, name: str, place: Place | None) -> ElementTree.Element:
    case = ElementTree.SubElement(suite, "testcase", name=_printable(name), classname=_printable(suite.get("name", "")))
    if place:
        case.set("file", _printable(place.path))
        if place.line is not None:
            case.set("line", str(place.line))
    return case


def _printable(text: str) -> str:
    return "".join(character if character in "\t\n" or _is_xml(ord(character)) else "\ufffd" for character in text)


def _is_xml(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
