"""A response that says something else: what its file says beside it stays byte for byte, in every notation."""

from __future__ import annotations

import pytest

from trainer_tui.core.domain import ResponseVariation
from trainer_tui.errors import FormatError
from trainer_tui.formats.patch.edits import apply_edits
from trainer_tui.formats.patch.responses import reword
from trainer_tui.formats.yaml.domain import parse_domain

HELLO, HI = ResponseVariation("hello"), ResponseVariation("hi")
YES = {"title": "yes", "payload": "/affirm"}


@pytest.mark.parametrize(
    ("text", "said", "line", "becomes"),
    [
        pytest.param(
            "responses:\n  utter_greet:\n  - text: 'hey'  # mind\n  utter_bye:\n  - text: bye\n",
            (HELLO,),
            "- text: 'hey'  # mind",
            "- text: 'hello'  # mind",
            id="its quotes and comment stay",
        ),
        pytest.param(
            "templates:\r\n  utter_greet:\r\n  - hey\r\n  - hi # both\r\n",
            (HELLO, HI),
            "- hey",
            "- hello",
            id="a list of texts, of 2017",
        ),
        pytest.param(
            "responses:\n    utter_greet:\n        -   text: hey\n            channel: slack\n            x: 1 # why\n",
            (ResponseVariation("hello", {"x": 1}, "slack"),),
            "text: hey",
            "text: hello",
            id="what is beside the text stays",
        ),
        pytest.param(
            "responses:\n  utter_greet: [{text: hey}, {text: hi}] # short\n",
            (HELLO, HI),
            "[{text: hey}, {text: hi}]",
            "[{text: hello}, {text: hi}]",
            id="in brackets",
        ),
        pytest.param(
            'responses:\n  utter_greet:\n  - text: "hey"\n    # which\n  - text: "hi"\n',
            (ResponseVariation("hey"), HI, HELLO),
            '  - text: "hi"\n',
            '  - text: "hi"\n  - text: "hello"\n',
            id="one more",
        ),
        pytest.param(
            "responses:\n  utter_greet:\n  - text: hey\n  - text: hi\n  utter_bye:\n  - text: bye\n",
            (HI,),
            "  - text: hey\n",
            "",
            id="the first one goes",
        ),
        pytest.param(
            "responses:\n  utter_greet:\n  - text: hi\n  - text: hey # old\n",
            (HI,),
            "  - text: hey # old\n",
            "",
            id="the last one goes",
        ),
        pytest.param(
            'responses:\n  utter_greet:\n  - text: "hi"\n\n  utter_bye:\n  - text: bye',
            (ResponseVariation("hi", {"buttons": [YES]}),),
            '  - text: "hi"\n',
            '  - text: "hi"\n    buttons:\n    - title: "yes"\n      payload: "/affirm"\n',
            id="with a button",
        ),
        pytest.param(
            "responses:\n  utter_greet:\n  - text: |-\n      hey\n      you\n  utter_bye:\n  - text: bye\n",
            (HELLO,),
            "  - text: |-\n      hey\n      you\n",
            "  - text: hello\n",
            id="a text of several lines",
        ),
    ],
)
def test_only_what_differs_is_another(text: str, said: tuple[ResponseVariation, ...], line: str, becomes: str) -> None:
    assert text.count(line) == 1
    after = apply_edits(text, reword(text, "utter_greet", said))
    assert after == text.replace(line, becomes)
    assert parse_domain(after, "").domain.responses["utter_greet"] == said
    assert reword(after, "utter_greet", said) == ()


@pytest.mark.parametrize(
    "text",
    [
        "responses:\n  utter_bye:\n  - text: bye\n",
        "intents: []\n",
        "x: &said [{text: hey}]\nresponses:\n  utter_greet: *said\n",
        "responses:\n  utter_greet:\n",
    ],
    ids=["not there", "no section", "shared", "nothing"],
)
def test_what_cannot_be_changed_alone_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        reword(text, "utter_greet", (HELLO,))
