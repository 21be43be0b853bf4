"""What stands in a file already is changed where the change is, after a look at it; or refused with the place."""

from __future__ import annotations

import pytest

from trainer_tui.errors import Place, TrainerError
from trainer_tui.export.additions import TargetFile
from trainer_tui.export.proposals import StepChange, changed_step
from trainer_tui.formats.dialect import Dialect
from trainer_tui.formats.patch.edits import apply_edits

MD = "## one\r\n* greet\r\n    - utter_greet\r\n  - utter_ask\r\n\r\n## two\r\n* greet\r\n    - utter_greet\r\n"
YML = """\
stories:
- story: one
  steps:
  - intent: greet   # the first
  - action: utter_greet  # and not utter_bye
  - action: utter_ask
- story: two
  steps:
  - intent: greet
    entities:
    - name: Ann
  - action: utter_greet
"""


def changed(text: str, line: int, before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ, as they were and are."""
    is_md = text is MD
    target = TargetFile("s.md" if is_md else "s.yml", "stories", Dialect.MARKDOWN if is_md else Dialect.YAML_3, text)
    change = changed_step(StepChange(Place(target.path, line), before, after), target)
    # Found again where something was added above.
    shifted = "\r\n" + text if is_md else "# above\n" + text
    assert apply_edits(shifted, change.edits(shifted)).endswith(apply_edits(text, change.edits(text)))
    was, now = text.split("\n"), apply_edits(text, change.edits(text)).split("\n")
    same = next((place for place, pair in enumerate(zip(was, now, strict=False)) if pair[0] != pair[1]), len(was))
    back = next(place for place in range(1, len(was)) if was[-place] != now[-place])
    return [("\n".join(was[same : len(was) - back + 1]), "\n".join(now[same : len(now) - back + 1]))]


@pytest.mark.parametrize(
    ("text", "line", "before", "after", "was", "now"),
    [
        (MD, 8, "utter_greet", "utter_bye", "    - utter_greet\r", "    - utter_bye\r"),
        (MD, 4, "utter_ask", "action_listen", "  - utter_ask\r", ""),
        (MD, 4, "action_listen", "utter_bye", "", "  - utter_bye\r"),
        (YML, 6, "utter_ask", "utter_bye", "  - action: utter_ask", "  - action: utter_bye"),
        (YML, 5, "utter_greet", "utter_ask", "  - action: utter_greet  # and", "  - action: utter_ask  # and"),
        (YML, 6, "action_listen", "utter_bye", "", "  - action: utter_bye"),
    ],
)
def test_a_step_does_another_thing(text: str, line: int, before: str, after: str, was: str, now: str) -> None:
    [(found, made)] = changed(text, line, before, after)
    assert found.startswith(was)
    assert made.startswith(now)


@pytest.mark.parametrize(
    ("text", "line", "before", "after", "why"),
    [
        (MD, 99, "utter_greet", "utter_bye", "s.md:99 is not there any more"),
        (MD, 4, "utter_greet", "utter_bye", "does not name utter_greet once"),
        (YML, 5, "utter_greet", "action_listen", "holds more than utter_greet"),
        # The message goes on below its line, so what the bot does cannot begin there.
        (YML, 9, "action_listen", "utter_bye", "cannot be read back"),
    ],
)
def test_what_cannot_be_changed_in_one_line_is_refused(text: str, line: int, before: str, after: str, why: str) -> None:
    with pytest.raises(TrainerError, match=why):
        changed(text, line, before, after)
