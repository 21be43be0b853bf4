"""A bot is taught beside the model that is deployed: a Rasa server decides, ours stands beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.deployed_rasa import INTENTS, DeployedRasa, running
from tests.walks.walking import copy_of, opened, played
from trainer_tui.core.events import Era
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import InvalidInput
from trainer_tui.plain.session import PlainSession
from trainer_tui.runtime.rasa_server import RasaServer, RasaServerError, server_at


@pytest.fixture
def rasa() -> Iterator[DeployedRasa]:
    """Its model takes "hello there" for a goodbye, and cheers whoever greets it."""
    model = DeployedRasa(
        meanings={"hello there": ("goodbye", 0.97), "hey": ("greet", 0.99)},
        actions={"greet": "utter_cheer_up", "goodbye": "utter_goodbye"},
    )
    with running(model):
        yield model


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    return copy_of(sample_bots / "moodbot", tmp_path)


def said(bot: Path, *lines: str, rasa: str = "") -> str:
    """What a new session says when these lines are typed."""
    out = io.StringIO()
    name = f"talk {len(list(bot.glob('.trainer/sessions/*')))}"
    controller = opened(bot, "--conversation-id", name, *(["--rasa", rasa] if rasa else []))
    try:
        assert PlainSession(controller, io.StringIO("\n".join(lines) + "\n"), out, out).run() == 0
    finally:
        controller.close()
    return out.getvalue()


def test_the_deployed_model_decides_and_ours_is_said_beside_it(bot: Path, rasa: DeployedRasa) -> None:
    told = said(bot, "hello there", "n", "greet", "", rasa=rasa.url)
    assert f"The model at {rasa.url} (Rasa 3.6.21, m.tar.gz) interprets and predicts" in told
    assert "Is the intent 'goodbye' (0.97) correct for 'hello there'" in told
    assert "but trainer_tui says 'greet'" in told
    # Its bot cheers whoever greets; the project's stories do not.
    assert "The bot wants to run 'utter_cheer_up' (1.00, RulePolicy of Rasa 3.6.21)" in told
    assert "but trainer_tui says 'utter_greet'" in told
    predicted = [body for path, body in rasa.asked if path == "/model/predict"]
    assert [event["event"] for event in predicted[0]][-1] == "user"
    assert predicted[0][-1]["parse_data"]["intent"]["name"] == "greet"


def test_a_correction_decides_at_once_in_its_own_state(bot: Path, rasa: DeployedRasa) -> None:
    told = said(bot, "hey", "y", "utter_greet", "y", ":undo 9", "hey", "y", "", rasa=rasa.url)
    first, _, again = told.partition("Undone")
    assert "The bot wants to run 'utter_cheer_up'" in first
    # Undone is forgotten: the deployed model decides again.
    assert "The bot wants to run 'utter_cheer_up'" in again
    kept = said(bot, "hey", "y", "utter_greet", "y", ":fresh", "hey", "y", "", rasa=rasa.url)
    assert "The bot wants to run 'utter_greet' (1.00, CorrectionPolicy)" in kept
    assert "but Rasa 3.6.21 says 'utter_cheer_up'" in kept


def test_what_if_asks_the_model_that_decides(bot: Path, rasa: DeployedRasa) -> None:
    """Rasa predicts after any events that it is sent, and keeps none of them."""
    told = said(bot, "hey", "y", ":what-if", ":what-if intent goodbye", "", rasa=rasa.url)
    assert "decided by RulePolicy of Rasa 3.6.21\nutter_cheer_up 1.00" in told
    assert "decided by RulePolicy of Rasa 3.6.21: utter_goodbye in place of utter_cheer_up" in told
    assert "utter_cheer_up 0.00 (was 1.00)" in told
    said_last = [
        [event["parse_data"]["intent"]["name"] for event in body if event["event"] == "user"][-1]
        for path, body in rasa.asked
        if path == "/model/predict"
    ]
    assert "goodbye" in said_last


def test_what_if_is_told_of_ours_while_the_other_is_silent(bot: Path, rasa: DeployedRasa) -> None:
    rasa.refuses_with = (409, "No agent loaded.")
    told = said(bot, "hey", "y", ":what-if intent goodbye", "", rasa=rasa.url)
    assert "of our own model, which stands beside Rasa's: utter_goodbye in place of utter_greet" in told


def test_why_and_what_a_correction_breaks_are_told_of_our_own_model(bot: Path, rasa: DeployedRasa) -> None:
    told = said(bot, "hey", "y", ":why", "utter_goodbye", ":changes", "", rasa=rasa.url)
    assert "The bot wants to run 'utter_cheer_up' (1.00, RulePolicy of Rasa 3.6.21)" in told
    assert "by our own model, which stands beside Rasa's:" in told
    assert "But 3 stories do utter_greet here" in told
    assert "The latest correction, by our own model beside Rasa's: -" in told
    assert "wanted utter_greet, got utter_goodbye" in told


def test_what_was_taught_in_these_words_is_ours_to_say(bot: Path, rasa: DeployedRasa) -> None:
    told = said(bot, "hello there", "greet", "y", "y", ":fresh", "hello there", "", rasa=rasa.url)
    assert "Is the intent 'greet'" in told
    assert "but Rasa 3.6.21 says 'goodbye'" in told


def test_how_often_both_agreed_is_in_the_status(bot: Path, rasa: DeployedRasa) -> None:
    told = said(bot, "hey", "y", "y", ":status", "", rasa=rasa.url)
    # The message and action_listen after it; not the cheering.
    assert "Rasa 3.6.21 agreed 2 of 3" in told


def test_a_server_that_is_down_is_said_once_and_ours_takes_over(bot: Path) -> None:
    told = said(bot, "hello there", "y", "y", "y", "bye", "", rasa="http://127.0.0.1:9")
    assert told.count("the Rasa server does not answer") == 1
    assert "Our model decides until it answers." in told
    assert "The bot wants to run 'utter_greet'" in told


@pytest.mark.parametrize(
    ("status", "message", "said_of_it"),
    [
        (409, "No agent loaded.", "has no model loaded (HTTP 409)"),
        (401, "User is not authenticated.", "refuses to answer (HTTP 401)"),
        (404, "Requested URL not found", "offers no models over HTTP (HTTP 404)"),
        (500, "An unexpected error", "failed (HTTP 500)"),
    ],
)
def test_a_server_that_cannot_answer_says_why(
    bot: Path, rasa: DeployedRasa, status: int, message: str, said_of_it: str
) -> None:
    rasa.refuses_with = (status, message)
    told = said(bot, "hello there", "", rasa=rasa.url)
    assert said_of_it in told
    assert message in told
    assert "Is the intent 'greet'" in told


def test_once_it_answers_again_it_decides_again(bot: Path, rasa: DeployedRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer_tui.runtime.deployed_teacher.RETRY_AFTER", 0.0)
    rasa.refuses_with = (409, "No agent loaded.")

    def load_a_model() -> None:
        rasa.refuses_with = None

    script = """hello there
:# > has no model loaded
:# > Is the intent 'greet'
:# ~ a model is loaded
y
:# > Rasa 3.6.21 answers again
:# > The bot wants to run 'utter_cheer_up' (1.00, RulePolicy of Rasa 3.6.21)
"""
    controller = opened(bot, "--rasa", rasa.url)
    try:
        played(script, controller, "the model comes back", {"a model is loaded": load_a_model})
    finally:
        controller.close()


def test_a_server_of_another_bot_is_not_asked(bot: Path, rasa: DeployedRasa) -> None:
    rasa.intents, rasa.responses = ("order", "cancel", "greet"), ("utter_order", "utter_cancel")
    told = said(bot, "hello there", "", rasa=rasa.url)
    assert "is of another bot: 1 of its 5 intents and actions are known here" in told
    assert "Is the intent 'greet'" in told
    assert not [path for path, _ in rasa.asked if path == "/model/parse"]


def test_where_its_model_cannot_know_an_intent_ours_decides(bot: Path, rasa: DeployedRasa) -> None:
    rasa.intents = tuple(name for name in INTENTS if name != "mood_great")
    told = said(bot, "/mood_great", "", rasa=rasa.url)
    assert "It does not know mood_great: there ours decides." in told
    assert "The bot wants to run 'utter_happy'" in told


def test_a_token_goes_into_the_query_and_is_never_said(
    bot: Path, rasa: DeployedRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.token = "s3cret-token"
    monkeypatch.setenv("RASA_TOKEN", "s3cret-token")
    told = said(bot, "hello there", "", rasa=f"{rasa.url}?token=${{RASA_TOKEN}}")
    assert "Is the intent 'goodbye' (0.97)" in told
    (bot / "endpoints.yml").write_text(f"rasa:\n  url: {rasa.url}\n  token: ${{RASA_TOKEN}}\n", encoding="utf-8")
    assert "Is the intent 'goodbye' (0.97)" in (again := said(bot, "hello there", ""))
    log = (bot / ".trainer" / "trainer.log").read_text(encoding="utf-8")
    assert "s3cret" not in told + again + log


def test_an_address_that_is_none_or_lacks_a_variable_is_refused_before_anything_begins() -> None:
    with pytest.raises(InvalidInput, match="is no web address"):
        server_at("rasa.example", {})
    with pytest.raises(InvalidInput, match="RASA_TOKEN"):
        server_at("http://rasa.example?token=${RASA_TOKEN}", {})


@dataclass
class Recorded(DeployedRasa):
    """Answers with what Rasa 3.6.21 answered when it was asked the same."""

    samples: dict[str, Path] = field(default_factory=dict)

    def answer(self, method: str, path: str, query: dict[str, list[str]], accept: str, body: Any) -> tuple[int, Any]:
        response = json.loads(self.samples[path].read_text(encoding="utf-8"))["response"]
        return response["status"], response["body"]


def recorded(corpus: Path, prefix: str = "", **others: str) -> Recorded:
    """Plays the samples of that prefix, others where they are named."""
    names = {"/version": "version", "/status": "status", "/domain": "domain", "/model/parse": "parse"}
    names |= {"/model/predict": "predict"} | {f"/{path.replace('_', '/')}": name for path, name in others.items()}
    wire = corpus / "talk" / "wire"
    return Recorded(samples={path: wire / f"{prefix}{name}.json" for path, name in names.items()})


async def test_what_real_rasa_answered_is_read(corpus: Path) -> None:
    with running(recorded(corpus, domain="domain_json")) as rasa:
        server = RasaServer(server_at(rasa.url, {}))
        deployed = await server.describe()
        assert (deployed.version, deployed.model, deployed.era) == ("3.6.21", "m.tar.gz", Era.RASA_3)
        assert len(deployed.domain.intents) == 9
        assert {"action_count", "utter_greet", "pizza_form"} <= deployed.domain.action_set
        parsed = await server.parse("what is the weather in New York")
        assert (parsed.intent, parsed.ranking) == ("ask_weather", ())  # some pipelines rank nothing
        assert [(entity.entity, entity.value) for entity in parsed.entities] == [("city", "NYC")]
        predicted = await server.predict(DialogueStateTracker.start(deployed.domain), deployed.era)
        assert (predicted.policy, predicted.action, predicted.confidence) == ("MemoizationPolicy", "utter_greet", 1.0)


async def test_what_real_rasa_answered_without_a_model_is_said(corpus: Path) -> None:
    with running(recorded(corpus, "nomodel_")) as rasa:
        server = RasaServer(server_at(rasa.url, {}))
        for ask in (server.describe(), server.parse("hello")):
            with pytest.raises(RasaServerError, match="has no model loaded"):
                await ask
