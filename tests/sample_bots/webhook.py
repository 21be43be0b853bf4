"""Bodies as Rasa posts them to an action server, and bots to put them to without a network."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

JSON = dict[str, Any]

LISTENED = {"event": "action", "name": "action_listen", "policy": None, "confidence": None, "timestamp": 1.0}


def user_said(intent: str, text: str = "", **entities: Any) -> JSON:
    """A message event; entities as `cuisine="greek"`."""
    found = [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in entities.items()]
    parsed = {"text": text or f"/{intent}", "intent": {"name": intent, "confidence": 1.0}, "entities": found}
    return {"event": "user", "text": parsed["text"], "parse_data": parsed, "timestamp": 2.0}


def slot_was_set(name: str, value: Any) -> JSON:
    return {"event": "slot", "name": name, "value": value, "timestamp": 3.0}


def webhook_body(
    bot: Path, action: str, events: Sequence[JSON] = (), form: Mapping[str, Any] | None = None, **slots: Any
) -> JSON:
    """What is posted to `/webhook` to run `action` when the bot has just listened and the given slots are set."""
    domain = yaml.safe_load((bot / "domain.yml").read_text(encoding="utf-8"))
    messages = [event["parse_data"] for event in events if event["event"] == "user"]
    tracker = {
        "sender_id": "test",
        "slots": {**dict.fromkeys(domain["slots"]), **slots},
        "latest_message": messages[-1] if messages else {"text": None, "intent": {}, "entities": []},
        "latest_event_time": None,
        "followup_action": None,
        "paused": False,
        "events": [LISTENED, *events],
        "latest_input_channel": None,
        "latest_action_name": "action_listen",
        "latest_action": {"action_name": "action_listen"},
        "active_form": dict(form or {}),
        "active_loop": dict(form or {}),
    }
    return {"next_action": action, "sender_id": "test", "tracker": tracker, "domain": domain, "version": "3.6.21"}


def run_with_rasa_sdk(bot: Path, body: JSON) -> JSON:
    """The answer of rasa_sdk's executor, with the classes of the bot's actions.py and no others."""
    from rasa_sdk import Action
    from rasa_sdk.executor import ActionExecutor

    specification = importlib.util.spec_from_file_location(f"actions_of_{bot.name}", bot / "actions.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    executor = ActionExecutor()
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Action) and value.__module__ == module.__name__:
            executor.register_action(value)
    result = asyncio.run(executor.run(body))
    assert result is not None
    return {"events": result.events, "responses": result.responses}


# rasa_core_sdk lives in an environment of its own, so it is asked there: bodies in, [status, answer] out.
_ASK_RASA_CORE_SDK = """
import json, sys
from rasa_core_sdk.endpoint import endpoint_app
client = endpoint_app(action_package_name="actions").test_client()
answers = [client.post("/webhook", json=body) for body in json.load(sys.stdin)]
json.dump([[answer.status_code, answer.get_json()] for answer in answers], sys.stdout)
"""


def post_to_rasa_core_sdk(python: Path, bot: Path, bodies: Sequence[JSON]) -> list[tuple[int, JSON]]:
    """What rasa_core_sdk's own web application answers to each body: status and JSON."""
    done = subprocess.run(
        [python, "-c", _ASK_RASA_CORE_SDK],
        cwd=bot,
        input=json.dumps(bodies),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(status, answer) for status, answer in json.loads(done.stdout)]


def set_slots(answer: JSON) -> JSON:
    """The slots that the events of an answer set, in order."""
    return {event["name"]: event["value"] for event in answer["events"] if event["event"] == "slot"}


def texts(answer: JSON) -> list[str]:
    """What the bot is to say: texts, or the names of the responses."""
    return [said.get("text") or said.get("response") or said["template"] for said in answer["responses"]]
