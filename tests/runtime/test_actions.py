"""Actions as the session runs them: what comes back, and every way in which a server can fail."""

from __future__ import annotations

import asyncio
import base64
import shutil
import socket
import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.fake_server import (
    Answer,
    FakeServer,
    endless,
    never,
    one_byte_and_then_never,
    raw,
    reply,
    serving,
    text,
)
from trainer_tui.core.domain import Domain, EntityType, Intent, ResponseVariation
from trainer_tui.core.events import (
    ACTION_LISTEN,
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Entity,
    Era,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from trainer_tui.core.slots import Form, Slot, SlotMapping
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.formats.yaml.endpoints import Endpoint, Endpoints
from trainer_tui.runtime.action_server import NoLaunch, free_port
from trainer_tui.runtime.actions import ActionRunner
from trainer_tui.runtime.webhook import ActionServerError
from trainer_tui.session.protocol import ActionRan, ActionRejected

DOMAIN = Domain(
    era=Era.RASA_3,
    intents={"faq": Intent("faq", is_retrieval=True)},
    slots={"city": Slot("city"), "n": Slot("n", "float")},
    responses={
        "utter_greet": (ResponseVariation("hi"), ResponseVariation("hello {city}")),
        "utter_default": (ResponseVariation("what?"),),
        "utter_blank": (ResponseVariation(None, {"image": ""}),),
        "utter_slack": (ResponseVariation("hi", channel="slack"),),
        "utter_faq/hours": (ResponseVariation("From nine."),),
        "utter_menu": (ResponseVariation("Here:", {"buttons": [{"title": "A", "payload": "/a"}]}),),
    },
    actions=("action_find", "validate_table_form"),
    forms={"table_form": Form("table_form", ("city",))},
    end_to_end_actions=("See you!",),
)
TALK = DialogueStateTracker.start(DOMAIN).with_events((ActionExecuted(ACTION_LISTEN), UserUttered("hi", "greet")))
TRACEBACK = """Traceback (most recent call last):
  File "/app/actions.py", line 5, in run
    return 1 / 0
ZeroDivisionError: division by zero
"""
NOTHING = reply({"events": [], "responses": []})


_NONE_OF_ITS_OWN = NoLaunch("There is no actions.py.")


def runner_at(
    url: str | None,
    launch: NoLaunch = _NONE_OF_ITS_OWN,
    *,
    endpoint: Endpoint | None = None,
    nlg: str | None = None,
    time_limit: float = 10.0,
) -> ActionRunner:
    """A runner that cannot start a server of its own; of several variations it takes the last."""
    endpoint = endpoint or (Endpoint(url) if url else None)
    endpoints = Endpoints(action_endpoint=endpoint, nlg=Endpoint(nlg) if nlg else None)
    return ActionRunner(
        endpoints,
        launch,
        Path("unused.log"),
        environ={},
        choose=lambda variations: variations[-1],
        now=lambda: 7.0,
        time_limit=time_limit,
    )


async def ran(runner: ActionRunner, action: str, tracker: DialogueStateTracker = TALK) -> list[Event]:
    outcome = await runner.run(action, tracker, DOMAIN)
    assert isinstance(outcome, ActionRan)
    assert all(event.timestamp is not None for event in outcome.events)
    return list(outcome.events)


async def failure(runner: ActionRunner, action: str = "action_find") -> str:
    with pytest.raises(ActionServerError) as failed:
        await runner.run(action, TALK, DOMAIN)
    return f"{failed.value.title} | {failed.value.message} | {failed.value.hint}"


async def answered(*answers: Answer) -> list[Event]:
    """What action_find returns where its server answers so."""
    async with serving(*answers) as server:
        return await ran(runner_at(server.url), "action_find")


async def failure_of(*answers: Answer, time_limit: float = 10.0) -> str:
    """The one message where the server answers so; the session is as usable as before."""
    async with serving(*answers, NOTHING) as server:
        runner = runner_at(server.url, time_limit=time_limit)
        message = await failure(runner)
        server.answers = [NOTHING]
        assert await ran(runner, "action_find") == []
        assert runner.status() == ("up", True)
    return message.replace(server.url, "URL")


# --- without a server ----------------------------------------------------------------------------------------------


async def test_a_response_is_said_as_it_was_chosen() -> None:
    runner = runner_at(None)
    assert await ran(runner, "utter_greet", TALK.with_event(SlotSet("city", "Rome"))) == [
        BotUttered("hello Rome", response="utter_greet")
    ]


async def test_what_happens_is_stamped_with_the_time() -> None:
    (event,) = await ran(runner_at(None), "utter_default")
    assert event.timestamp == 7.0


async def test_default_actions_use_the_bots_own_words() -> None:
    assert await ran(runner_at(None), "action_default_fallback") == [
        BotUttered("what?", response="utter_default"),
        UserUtteranceReverted(),
    ]
    assert await ran(runner_at(None), "action_restart") == [Restarted()]


async def test_a_retrieval_intent_gets_its_own_response() -> None:
    asked = TALK.with_event(UserUttered("when?", "faq/hours"))
    assert await ran(runner_at(None), "utter_faq", asked) == [BotUttered("From nine.", response="utter_faq/hours")]

    runner = runner_at(None)
    assert await ran(runner, "utter_faq") == []
    assert runner.take_notes() == ("utter_faq has no response to the intent 'greet'.",)


async def test_a_bot_text_of_a_story_is_said() -> None:
    assert await ran(runner_at(None), "See you!") == [BotUttered("See you!")]


async def test_a_response_without_words_is_noted_once_each_time() -> None:
    runner = runner_at(None)
    assert await ran(runner, "utter_slack") == []
    assert await ran(runner, "utter_unheard_of") == []
    assert await ran(runner, "utter_blank") == []
    assert runner.take_notes() == (
        "utter_slack said nothing: each of its variations is for a channel, or for a condition that does not hold.",
        "the domain has no response 'utter_unheard_of': nothing was said.",
        "utter_blank said nothing: its variation is empty.",
    )
    assert runner.take_notes() == ()


def test_which_actions_need_a_server() -> None:
    runner = runner_at(None)
    needing = [name for name in DOMAIN.action_names if runner.needs_server(name, DOMAIN)]
    assert needing == ["action_find", "validate_table_form", "table_form"]
    assert not runner.needs_server("utter_faq", DOMAIN)
    assert not runner.needs_server("See you!", DOMAIN)
    by_code = SlotMapping("custom", action="action_extract")
    assert runner.needs_server("action_extract_slots", replace(DOMAIN, slots={"n": Slot("n", mappings=(by_code,))}))
    assert runner.needs_server("table_form", replace(DOMAIN, era=Era.CORE, actions=()))
    assert not runner.needs_server("table_form", replace(DOMAIN, actions=()))


async def test_where_no_server_is_set_up_it_says_what_to_do() -> None:
    assert await failure(runner_at(None)) == (
        "no action server is set up | endpoints.yml has no 'action_endpoint:'. There is no actions.py. | "
        "Add one of them, or say what the action would return."
    )


async def test_a_bot_without_custom_actions_never_looks_for_a_server() -> None:
    runner = runner_at(f"http://127.0.0.1:{free_port()}/webhook")
    await runner.start(replace(DOMAIN, actions=(), forms={}))
    assert runner.status() == ("", True)


# --- what a server is sent, and what it returns --------------------------------------------------------------------


async def test_words_come_before_events() -> None:
    body = {
        "events": [
            {"event": "slot", "timestamp": None, "name": "city", "value": "Rome"},
            {"event": "form", "name": None, "timestamp": 3.0},
        ],
        "responses": [{"text": "Found it.", "buttons": [], "image": None, "custom": {}, "elements": []}],
    }
    events = await answered(reply(body))
    assert events == [BotUttered("Found it."), SlotSet("city", "Rome"), ActiveLoop(None)]
    assert [event.timestamp for event in events] == [7.0, 7.0, 3.0]


async def test_a_response_named_by_an_action_is_said_with_its_values() -> None:
    for key in ("response", "template"):
        body = {"events": [], "responses": [{key: "utter_greet", "city": "Oslo"}]}
        assert await answered(reply(body)) == [BotUttered("hello Oslo", response="utter_greet")]


async def test_buttons_of_the_action_are_added_to_those_of_the_response() -> None:
    body = {"responses": [{"response": "utter_menu", "buttons": [{"title": "B", "payload": "/b"}], "image": "i.png"}]}
    (message,) = await answered(reply(body))
    assert message == BotUttered(
        "Here:",
        {"buttons": [{"title": "A", "payload": "/a"}, {"title": "B", "payload": "/b"}], "image": "i.png"},
        "utter_menu",
    )


async def test_the_text_of_an_action_is_said_as_it_is() -> None:
    assert await answered(reply({"responses": [{"text": "{city} [red]"}]})) == [BotUttered("{city} [red]")]


async def test_odd_buttons_are_made_usable() -> None:
    odd = ["Yes", {"title": "No"}, 5, None]
    as_message = await answered(reply({"responses": [{"text": "?", "buttons": odd}]}))
    as_event = await answered(reply({"events": [{"event": "bot", "text": "?", "data": {"buttons": odd}}]}))
    usable = [{"title": "Yes", "payload": "Yes"}, {"title": "No"}]
    assert as_message == as_event == [BotUttered("?", {"buttons": usable})]


async def test_half_a_character_cannot_break_the_screen() -> None:
    slot = '{"event": "slot", "name": "city", "value": ["\\uDE00"]}'
    body = f'{{"responses": [{{"text": "a\\ud83d b \\ud83d\\ude00"}}], "events": [{slot}]}}'
    assert await answered(text(body)) == [BotUttered("a\ufffd b 😀"), SlotSet("city", ["\ufffd"])]


async def test_the_request_has_conversation_domain_and_version() -> None:
    async with serving(NOTHING) as server:
        runner = runner_at(server.url)
        await ran(runner, "action_find")
        await runner.run("action_find", TALK, replace(DOMAIN, era=Era.CORE))
    of_3, of_2018 = (request.body for request in server.requests)
    assert (of_3["next_action"], of_3["sender_id"], of_3["version"]) == ("action_find", "default", "3.6.21")
    assert of_3["tracker"]["latest_message"]["text"] == "hi"
    assert of_3["domain"]["responses"]["utter_default"] == [{"text": "what?"}]
    assert "version" not in of_2018
    assert of_2018["tracker"]["active_form"] == {}
    assert of_2018["domain"]["templates"]["utter_default"] == [{"text": "what?"}]


async def test_headers_parameters_and_password_go_with_it() -> None:
    async with serving(NOTHING) as server:
        endpoint = Endpoint(server.url, {"token": "a b"}, {"X-Key": "k"}, ("ann", "secret"))
        await ran(runner_at(None, endpoint=endpoint), "action_find")
    (request,) = server.requests
    assert request.target == "/webhook?token=a+b"
    assert request.headers["x-key"] == "k"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"ann:secret").decode()
    assert request.headers["content-type"] == "application/json"


async def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert await answered(NOTHING) == []


async def test_the_domain_goes_only_to_those_who_ask_for_it() -> None:
    async with serving(NOTHING) as server:
        runner = runner_at(None, endpoint=Endpoint(server.url, is_domain_selective=True))
        domain = replace(DOMAIN, actions=("action_find", "action_big"), send_domain_actions=frozenset({"action_big"}))
        for action in ("action_find", "action_big"):
            await runner.run(action, TALK, domain)
    assert ["domain" in request.body for request in server.requests] == [False, True]


async def test_a_server_that_misses_the_domain_is_sent_it() -> None:
    missing = reply({"error": "Missing domain context", "action_name": "action_find"}, 449)
    async with serving(missing, NOTHING) as server:
        endpoint = Endpoint(server.url, is_domain_selective=True)
        assert await ran(runner_at(None, endpoint=endpoint), "action_find") == []
    assert ["domain" in request.body for request in server.requests] == [False, True]


async def test_a_slot_that_the_domain_lacks_is_named_once() -> None:
    body = {"events": [{"event": "slot", "name": "mood", "value": "good"}]}
    async with serving(reply(body)) as server:
        runner = runner_at(server.url)
        assert await ran(runner, "action_find") == [SlotSet("mood", "good")]
        assert await ran(runner, "action_find") == [SlotSet("mood", "good")]
    assert runner.take_notes() == ("action_find sets the slot 'mood', which the domain lacks. Add it to its slots.",)


async def test_400_is_a_refusal_with_its_reason() -> None:
    async with serving(reply({"action_name": "action_find", "error": "nothing found"}, 400)) as server:
        outcome = await runner_at(server.url).run("action_find", TALK, DOMAIN)
    assert outcome == ActionRejected("nothing found")


async def test_why_an_action_refused_is_said_but_not_of_a_form() -> None:
    domain = replace(DOMAIN, era=Era.CORE)
    async with serving(reply({"error": "nothing found"}, 400)) as server:
        runner = runner_at(server.url)
        await runner.run("action_find", TALK, domain)
        assert runner.take_notes() == ("action_find steps aside: nothing found",)
        assert await runner.run("table_form", TALK, domain) == ActionRejected("nothing found")
        assert runner.take_notes() == ()


async def test_400_without_a_body_is_a_refusal_too() -> None:
    for answer in (text("", 400), text("<html>", 400), reply([], 400), reply({}, 400)):
        async with serving(answer) as server:
            outcome = await runner_at(server.url).run("action_find", TALK, DOMAIN)
        assert outcome == ActionRejected("action_find was refused by the action server, without a reason")


async def test_custom_slots_are_extracted_on_the_server() -> None:
    by_code = SlotMapping("custom", action="action_extract")
    domain = replace(DOMAIN, slots={"city": Slot("city", mappings=(by_code,))})
    body = {"events": [{"event": "slot", "name": "city", "value": "Rome"}, {"event": "restart"}]}
    async with serving(reply(body)) as server:
        assert await runner_at(server.url).extract_slots(TALK, domain) == (SlotSet("city", "Rome"),)
    assert server.requests[0].body["next_action"] == "action_extract"


CITY = Slot("city", mappings=(SlotMapping("custom", action="action_extract"), SlotMapping("from_entity", "city")))
HEARD = DialogueStateTracker.start(DOMAIN).with_event(
    UserUttered("to Rome", "greet", entities=(Entity("city", "Rome"),))
)


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ({"slots": {"city": CITY}}, "action_extract"),
        ({"slots": {"city": replace(CITY, mappings=CITY.mappings[1:])}}, "action_validate_slot_mappings"),
    ],
)
@pytest.mark.parametrize("is_set_up", [False, True])
async def test_without_a_server_slots_are_filled_by_the_other_mappings(
    added: dict[str, Any], named: str, is_set_up: bool
) -> None:
    """A bot can be taught where its server is down or was never set up; what is left out is said once."""
    actions = ("action_extract",) if named == "action_extract" else (named,)
    domain = replace(DOMAIN, entities={"city": EntityType("city")}, actions=actions, **added)
    runner = runner_at(f"http://127.0.0.1:{free_port()}/webhook" if is_set_up else None)
    for _ in range(2):
        assert await runner.extract_slots(HEARD, domain) == (SlotSet("city", "Rome"),)
    (note,) = runner.take_notes()
    assert note.startswith(f"{named} was not asked: ")


async def test_why_there_is_no_server_is_said_once() -> None:
    domain = replace(DOMAIN, entities={"city": EntityType("city")}, actions=("action_extract",), slots={"city": CITY})
    runner = runner_at(None)
    await runner.start(domain)
    await runner.extract_slots(HEARD, domain)
    why, left_out = runner.take_notes()
    assert why.startswith("no action server is set up. ")
    assert left_out.startswith("action_extract was not asked. Slots are filled without it")


async def test_a_form_starts_without_the_server_that_its_slots_mappings_name() -> None:
    form = {"table_form": Form("table_form", ("city",))}
    domain = replace(DOMAIN, entities={"city": EntityType("city")}, slots={"city": CITY}, forms=form, actions=())
    outcome = await runner_at(None).run("table_form", HEARD, domain)
    assert isinstance(outcome, ActionRan)
    assert outcome.events[:2] == (ActiveLoop("table_form"), SlotSet("city", "Rome"))


async def test_code_that_fails_while_it_fills_slots_is_no_reason_to_go_on_in_silence() -> None:
    domain = replace(DOMAIN, entities={"city": EntityType("city")}, slots={"city": CITY})
    async with serving(reply({}, 500)) as server:
        with pytest.raises(ActionServerError, match="status 500"):
            await runner_at(server.url).extract_slots(HEARD, domain)


async def test_a_forms_validation_asks_the_server() -> None:
    refused = reply({"action_name": "validate_table_form", "error": "not now"}, 400)
    valid = reply({"events": [{"event": "slot", "name": "city", "value": "Rome"}]})
    async with serving(valid, refused) as server:
        runner = runner_at(server.url)
        assert await ran(runner, "table_form") == [
            ActiveLoop("table_form"),
            SlotSet("city", "Rome"),
            SlotSet("requested_slot", None),
            ActiveLoop(None),
        ]
        assert await runner.run("table_form", TALK, DOMAIN) == ActionRejected("not now")
    assert server.requests[0].body["next_action"] == "validate_table_form"


# --- faults --------------------------------------------------------------------------------------------------------


async def test_refused() -> None:
    url = f"http://127.0.0.1:{free_port()}/webhook"
    runner = runner_at(url)
    message = await failure(runner)
    assert message.startswith("the action server does not answer | ")
    assert url in message
    assert message.endswith("Start it and retry, or say what the action would return. There is no actions.py.")
    assert runner.status() == ("down", False)


async def test_it_hangs() -> None:
    assert await failure_of(never, time_limit=0.1) == (
        "the action server did not answer within 0.1 s | it may be at work yet (URL) | "
        "Retry, or say what the action would return."
    )


async def test_it_drips() -> None:
    assert "did not answer within 0.1 s" in await failure_of(one_byte_and_then_never, time_limit=0.1)


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", b"hello\r\n\r\n"]
)
async def test_it_hangs_up_in_the_middle(data: bytes) -> None:
    assert "the action server hung up before its answer was whole" in await failure_of(raw(data))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (text("", 500), "failed with status 500 | it did not say why; its log may (URL)"),
        (text("<html>oh", 500), "failed with status 500 | it did not say why; its log may (URL)"),
        (reply({"error": "division by zero"}, 500), "failed with status 500 | division by zero (URL)"),
        (reply({"error": "two\nlines"}, 500), "failed with status 500 | two lines (URL)"),
        (reply({"error": TRACEBACK}, 500), "failed with status 500 | ZeroDivisionError: division by zero (URL)"),
        (text(TRACEBACK, 500), "failed with status 500 | ZeroDivisionError: division by zero (URL)"),
        (reply({}, 401), "failed with status 401"),
        (text("no such page", 404), "Check the url of the endpoint: it usually ends in /webhook."),
        (reply({"error": "x", "action_name": "action_find"}, 404), "has no action 'action_find'"),
        (raw(b"HTTP/1.1 302 X\r\nLocation: http://else/\r\nContent-Length: 0\r\n\r\n"), "failed with status 302"),
        (text("{'a': 1}"), "answered something unreadable | found \"{'a': 1}\" (URL)"),
        (text(""), "answered something unreadable | the answer is empty (URL)"),
        (text("[" * 100000), "answered something unreadable"),
        (reply(None), "answered something unreadable | found 'null' (URL)"),
        (reply([1]), "answered something unreadable | found '[1]' (URL)"),
        (reply({"events": 5}), "'events' is no list of objects."),
        (reply({"events": ["slot"]}), "'events' is no list of objects."),
        (reply({"responses": {"text": "x"}}), "'responses' is no list of objects."),
        (reply({"events": [{"event": "sing"}]}), "action_find returned an event that cannot be read"),
        (reply({"events": [{"name": "city"}]}), "action_find returned an event that cannot be read"),
        (reply({"events": [{"event": "slot"}]}), "the event 'slot' cannot be read"),
    ],
)
async def test_it_answers_something_wrong(answer: Answer, said: str) -> None:
    assert said in await failure_of(answer)


async def test_of_a_reply_with_one_bad_event_nothing_is_kept() -> None:
    body = {"events": [{"event": "slot", "name": "n", "value": 1}, {"event": "sing"}], "responses": [{"text": "hi"}]}
    assert "None of its events was kept." in await failure_of(reply(body))


async def test_fifty_megabytes_are_not_read() -> None:
    assert "the action server answered more than 10 MB | it was not read to its end" in await failure_of(endless())


async def test_cancelling_lets_go_at_once() -> None:
    async with serving(never) as server:
        runner = runner_at(server.url)
        running = asyncio.create_task(runner.run("action_find", TALK, DOMAIN))
        await server.asked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await server.left.wait()
        server.answers = [NOTHING]
        assert await ran(runner, "action_find") == []


async def test_what_somebody_said_is_not_run_is_not_down() -> None:
    runner = runner_at(f"http://127.0.0.1:{free_port()}/webhook", NoLaunch("They are not run.", is_chosen=True))
    await failure(runner)
    assert runner.status() == ("not run", False)


async def test_a_server_that_goes_and_comes_back() -> None:
    server = FakeServer([NOTHING])
    await server.start()
    runner = runner_at(server.url)
    await runner.start(DOMAIN)
    assert runner.status() == ("up", True)
    assert await ran(runner, "action_find") == []

    await server.stop()
    assert "does not answer" in await failure(runner)
    assert runner.status() == ("down", False)

    await server.start()
    assert await ran(runner, "action_find") == []
    assert runner.status() == ("up", True)
    assert len(server.requests) == 2
    await server.stop()


async def test_a_certificate_file_that_is_missing_is_named() -> None:
    endpoint = Endpoint("https://127.0.0.1:1/webhook", cafile="nowhere.pem")
    assert "the certificate file nowhere.pem cannot be read" in await failure(runner_at(None, endpoint=endpoint))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself, in one file with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("certificate") / "own.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(file)]
    name = ["-subj", "/CN=actions", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    made = subprocess.run([openssl, "req", "-x509", *key, *name], capture_output=True, check=True, text=True)
    file.write_text(file.read_text(encoding="utf-8") + made.stdout, encoding="utf-8")
    return file


async def test_a_certificate_is_checked_against_the_file_of_the_endpoint(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with serving(NOTHING, tls=tls) as server:
        trusting = runner_at(None, endpoint=Endpoint(server.url, cafile=str(certificate)))
        assert await ran(trusting, "action_find") == []
        message = await failure(runner_at(server.url))
    assert message.startswith("the certificate of the action server is not trusted | ")
    assert message.endswith("Name the authority that signed it with 'cafile:' of the endpoint.")


@pytest.fixture
def newer_loopback() -> str:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no ::1")
    return "::1"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_localhost_is_a_server_on_the_newer_loopback_address_too(
    newer_loopback: str, certificate: Path, scheme: str
) -> None:
    tls = None
    if scheme == "https":
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    async with serving(NOTHING, tls=tls, host=newer_loopback) as server:
        endpoint = Endpoint(f"{scheme}://localhost:{server.port}/webhook", {"token": "t"}, cafile=str(certificate))
        runner = runner_at(None, endpoint=endpoint)
        assert await ran(runner, "action_find") == []
        assert runner.status() == ("up", True)
        assert server.requests[0].headers["host"] == f"localhost:{server.port}"
        assert server.requests[0].target == "/webhook?token=t"
        if tls:
            message = await failure(runner_at(endpoint.url))
            assert message.startswith("the certificate of the action server is not trusted | ")
    # Where it is gone, what is said is of the address that the person wrote.
    assert f"({endpoint.url})" in await failure(runner)


async def test_responses_come_from_the_newer_loopback_address_too(newer_loopback: str) -> None:
    async with serving(reply({"text": "Salut!"}), host=newer_loopback) as nlg:
        runner = runner_at(None, nlg=f"http://localhost:{nlg.port}/nlg")
        assert await ran(runner, "utter_greet") == [BotUttered("Salut!", {}, "utter_greet")]


# --- responses from a server ---------------------------------------------------------------------------------------


async def test_an_nlg_server_says_the_responses() -> None:
    async with serving(reply({"text": "Salut!", "buttons": [{"title": "A", "payload": "/a"}], "elements": []})) as nlg:
        runner = runner_at(None, nlg=nlg.url)
        assert await ran(runner, "utter_greet") == [
            BotUttered("Salut!", {"buttons": [{"title": "A", "payload": "/a"}]}, "utter_greet")
        ]
        await runner.run("utter_greet", TALK, replace(DOMAIN, era=Era.CORE))
    of_3, of_2018 = (request.body for request in nlg.requests)
    assert of_3["response"] == "utter_greet"
    assert of_3["tracker"]["latest_message"]["text"] == "hi"
    assert of_2018["template"] == "utter_greet"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((text("", 500),), "the response server (nlg) failed with status 500"),
        ((text("x"),), "the response server (nlg) answered something unreadable"),
        ((reply({}),), "the response server (nlg) answered something unreadable"),
    ],
)
async def test_an_nlg_server_may_fail_too(answers: Sequence[Answer], said: str) -> None:
    async with serving(*answers) as nlg:
        assert said in await failure(runner_at(None, nlg=nlg.url), "utter_greet")


async def test_values_of_an_action_reach_the_nlg_server() -> None:
    body: dict[str, Any] = {"responses": [{"response": "utter_greet", "city": "Oslo"}]}
    async with serving(reply(body)) as server, serving(reply({"text": "hei"})) as nlg:
        runner = runner_at(server.url, nlg=nlg.url)
        assert await ran(runner, "action_find") == [BotUttered("hei", response="utter_greet")]
    assert nlg.requests[0].body["arguments"] == {"city": "Oslo"}
