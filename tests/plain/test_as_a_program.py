"""The plain front end as people and scripts meet it: ends of input, signals, a second terminal, another kill."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from tests.plain.program import QUESTION, Program, run
from tests.storm.big_bot import grow
from tests.walks.walking import copy_of


@pytest.fixture
def bot(sample_bots: Path, tmp_path: Path) -> Path:
    """A bot without anything to fit, so that it costs little to start."""
    bot = copy_of(sample_bots / "moodbot", tmp_path)
    (bot / "data" / "nlu.yml").unlink()
    (bot / "config.yml").write_text("policies:\n- name: MemoizationPolicy\n- name: RulePolicy\n")
    return bot


@pytest.fixture
def concertbot(sample_bots: Path, tmp_path: Path, kept_models: Callable[[Path], None]) -> Path:
    """With all that it learned, so that it is not fitted again."""
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    kept_models(bot)
    return bot


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port where connections are taken and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def waiting_bot(concertbot: Path, silent_server: int) -> Path:
    (concertbot / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{silent_server}/webhook\n")
    return concertbot


@contextmanager
def actions_that_answer(bot: Path, body: Any) -> Iterator[None]:
    """An action server that gives the bot the same answer every time."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (bot / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{server.server_port}/webhook\n")
        yield
        server.shutdown()


def test_at_the_end_of_input_the_session_is_kept_and_named(bot: Path) -> None:
    code, out, err = run(bot, typed="/greet\ny\n")
    assert code == 0
    assert "bot runs utter_greet" in out
    assert "Not exported: 1 turn only begun. Go on with: " in err
    assert run(bot, "--conversation-id", "session-1", typed=":history\n")[1].count("you say: /greet") == 2


def test_what_is_said_at_the_end_brings_the_session_back(bot: Path, tmp_path: Path) -> None:
    bot = bot.rename(tmp_path / "a bot's")
    flags = ("--resume", "--state-dir", tmp_path / "kept elsewhere")
    run(bot, *flags[1:], "--conversation-id", "evening", typed="/greet\ny\n")
    code, _, err = run(bot, *flags, typed="")
    again = shlex.split(err.partition("Go on with: ")[2])
    assert (code, again[-2:]) == (0, ["--conversation-id", "evening"])
    found = subprocess.run(again, input=":history\n", capture_output=True, text=True, check=True)
    assert "you say: /greet" in found.stdout


def test_who_goes_on_with_a_session_that_began_from_a_conversation_begins_no_other(bot: Path, tmp_path: Path) -> None:
    log = tmp_path / "chat.txt"
    log.write_text("user: /greet\n", encoding="utf-8")
    code, _, err = run(bot, "--from", log, typed="")
    again = shlex.split(err.partition("Go on with: ")[2])
    assert (code, again[-2:]) == (0, ["--conversation-id", "session-1"])
    assert "--from" not in again
    found = subprocess.run(again, input=":branches\n", capture_output=True, text=True, check=True)
    numbers = [
        line.split()[0] for line in found.stdout.splitlines() if line.startswith(("  0 main", "  1 chat", "  2 "))
    ]
    assert numbers == ["0", "1"]


def test_what_of_a_conversation_is_left_out_is_told_with_its_place(bot: Path, tmp_path: Path) -> None:
    log = tmp_path / "chat.txt"
    log.write_text("user: /greet\nbot: unheard of\nuser: /goodbye\nbot:\n", encoding="utf-8")
    code, out, err = run(bot, "--from", log, typed=":warnings\n")
    assert code == 0
    assert "chat is not played whole: see the warnings." in out + err
    for told in (f"{log}:2: the bot said 'unheard of'", f"{log}:4: "):
        assert f"warning: {told}" in err
        assert f"\n{told}" in out


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        (None, "there is no story, session or file"),
        ("", "no conversation is in it"),
        ("just words\nand more\n", "a chat log of user: and bot: lines"),
        ('{"events": [{"event": "user", "te', "talk.txt:1"),
        ("user: /greet\nbot:\n", "no conversation in it is called 'ada'. There is talk"),
    ],
)
def test_what_nothing_can_begin_from_is_said_and_leaves_no_session(
    bot: Path, tmp_path: Path, holds: str | None, told: str
) -> None:
    log = tmp_path / "talk.txt"
    if holds is not None:
        log.write_text(holds, encoding="utf-8")
    within = "#ada" if holds and holds.startswith("user") else ""
    code, _, err = run(bot, "--from", f"{log}{within}", typed="")
    assert code == 1
    assert told in err and "Traceback" not in err
    assert list((bot / ".trainer" / "sessions").glob("*")) == []


def test_a_session_without_an_answer_leaves_nothing_behind(bot: Path) -> None:
    assert run(bot)[0] == 0
    assert list((bot / ".trainer" / "sessions").iterdir()) == []
    assert (bot / ".trainer" / ".gitignore").read_text() == "*\n"


def test_after_a_kill_it_resumes_exactly_there(bot: Path) -> None:
    with Program(bot) as first:
        first.hears(QUESTION)
        first.says("/greet").hears("The bot wants to run 'utter_greet'")
        first.says("utter_happy").hears("The bot wants to run")
        first.is_signalled(signal.SIGKILL).process.wait()
    with Program(bot, "--resume") as second:
        second.hears("bot runs utter_happy")
        second.hears("correct?")
        second.says(":undo").hears("Undone: utter_happy.")
        second.hears("The bot wants to run 'utter_greet'")
        assert second.says(":quit").ends()[0] == 0


def test_an_earlier_session_is_offered_and_can_be_declined(bot: Path) -> None:
    run(bot, typed="/greet\ny\n")
    code, out, err = run(bot, typed="perhaps\nn\n:history\n")
    assert "There is an earlier session, session-1, 1 message, last changed" in out
    assert "'perhaps' is no answer here. Answer y or n." in err
    assert "/greet" not in out.partition("Your message:")[2]
    assert "you say: /greet" in run(bot, typed="\n")[1]
    assert code == 0


def test_ctrl_c_opens_the_menu_and_enter_goes_back(bot: Path) -> None:
    with Program(bot) as program:
        program.hears(QUESTION)
        program.is_signalled(signal.SIGINT).hears("Session menu:")
        program.hears("What now?")
        program.says("").hears(QUESTION)
        program.is_signalled(signal.SIGINT).hears("What now?")
        program.is_signalled(signal.SIGINT).hears(QUESTION)
        program.says("/greet").hears("correct?")
        program.is_signalled(signal.SIGINT).hears("2 Undo last: /greet")
        program.says("2").hears("Undone: /greet.")
        program.hears(QUESTION)
        program.is_signalled(signal.SIGINT).hears("9 Quit")
        assert program.says("9").ends()[0] == 0


def test_ctrl_c_opens_the_menu_while_an_action_runs(waiting_bot: Path) -> None:
    with Program(waiting_bot) as program:
        program.hears(QUESTION)
        program.says("/search_concerts").hears("correct?")
        program.says("y").is_told("Running action_search_concerts")
        program.is_signalled(signal.SIGINT).hears("2 Stop waiting")
        program.hears("What now?")
        program.says("2").hears("cancelled. Nothing has happened.")
        program.hears("s = stub the result")
        program.says("s").hears("have returned?")
        program.says("nothing on today").hears("bot says: nothing on today")
        program.says(":undo 3").hears("wants to run 'action_search_concerts'")
        program.says("y").is_told("Running action_search_concerts")
        program.is_signalled(signal.SIGINT).hears("3 Undo last")
        program.says("3").hears("wants to run 'action_search_concerts'")
        assert program.says(":quit").ends()[0] == 0


def test_looking_for_what_is_doubtful_tells_how_far_it_is_and_ctrl_c_stops_it(bot: Path) -> None:
    examples = "".join(f"    - words number {number} of {number % 7}\n" for number in range(3000))
    intents = "".join(f"- intent: {name}\n  examples: |\n{examples}" for name in ("affirm", "deny"))
    (bot / "data" / "nlu.yml").write_text(f'version: "3.1"\nnlu:\n{intents}')
    with Program(bot) as program:
        program.hears(QUESTION)
        program.says(":health").is_told("(Ctrl-C stops)")
        program.is_signalled(signal.SIGINT).is_told("it was stopped")
        program.hears(QUESTION)
        assert program.says(":quit").ends()[0] == 0


def test_a_voice_that_leaves_out_signs_tells_who_listens_all_that_is_asked(concertbot: Path) -> None:
    out = run(concertbot, typed="/hello\ny\n\n/compare_reviews\n2\n\n:export\n:undo 99\n")[1]
    spoken = [line.strip() for line in out.splitlines()]
    assert not [line for line in spoken if line.startswith(("+", "-", "@@", "["))]
    assert all("Enter = yes, n = no" in line for line in spoken if line.startswith("The bot wants to run"))
    assert "candidates: 1 action_show_venue_reviews" in out
    assert "0.00, 2" not in out and ", 2 utter_greet 0.00" not in out, "what is not possible is no candidate"
    assert 'on, in data/stories.md: add story "hello, compare reviews"' in out
    assert "add     * compare_reviews" in spoken and "stays   * goodbye" in spoken


def test_what_an_action_returns_is_told_and_steers_nothing(concertbot: Path) -> None:
    mood = {"event": "slot", "name": "mood", "value": "good"}
    with actions_that_answer(
        concertbot, {"responses": [{"text": "\x1b]0;mine\x07 \u202ered\nline 2\there"}], "events": [mood]}
    ):
        out = run(concertbot, typed="/search_concerts\naction_search_concerts\n")[1]
    assert "  bot says: \\x1b]0;mine\\x07 \\u202ered\n    line 2\there\n" in out
    assert "action_search_concerts sets the slot 'mood', which the domain lacks. Add it to its slots.\n" in out


def test_undo_at_a_failure_takes_back_what_led_to_it(concertbot: Path) -> None:
    with actions_that_answer(concertbot, []):
        out = run(concertbot, typed="/search_concerts\naction_search_concerts\nr\nr\nu\naction_search_venues\n")[1]
    after = out.rpartition("Undone: retry.")[2]
    assert "The bot wants to run 'action_search_concerts'" in after
    assert "Expected" in after, "the other action was asked for"


def test_stop_opens_the_menu_as_it_does_on_the_screen(bot: Path) -> None:
    out = run(bot, typed="/stop\n\n/greet\n")[1]
    menu, _, after = out.partition("What now?")
    assert "Session menu:" in menu
    assert "you say: /greet" in after


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_leaves_in_order(concertbot: Path, number: signal.Signals) -> None:
    """The action server that was started ends too."""
    with Program(concertbot) as program:
        program.hears(QUESTION)
        program.says("/search_venues").hears("correct?")
        program.says("y").hears("bot says: Good places")
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(program.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        assert children
        assert program.is_signalled(number).process.wait(60) == 128 + number
        assert program.process.stderr is not None
        assert "Go on with:" in program.process.stderr.read()
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(int(child), 0)


def test_a_signal_to_end_waits_for_no_fit(sample_bots: Path, tmp_path: Path) -> None:
    """A script waits for what is learned, and says so; the end does not: what was being fitted is not there then."""
    bot = grow(copy_of(sample_bots / "concertbot", tmp_path))
    with Program(bot) as program:
        program.hears(QUESTION)
        program.says("/goodbye").is_told("learning")
        program.is_signalled(signal.SIGTERM)
        assert program.process.wait(60) == 128 + signal.SIGTERM
    assert not [*bot.glob(".trainer/cache/dialogue-*")]


def test_a_session_cannot_be_taught_in_two_terminals(bot: Path) -> None:
    with Program(bot, "--conversation-id", "evening") as first:
        first.hears(QUESTION)
        first.says("/greet").hears("correct?")
        code, _, err = run(bot, "--conversation-id", "evening")
        assert (code, "'evening' is open in another terminal" in err) == (1, True)
        # Without a name another one begins, and the open one is not offered.
        code, out, _ = run(bot, typed="")
        assert (code, "earlier session" in out) == (0, False)


def test_where_no_journal_can_be_kept_the_session_lives_in_memory(bot: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    script = "/greet\nutter_happy\naction_listen\n:export --yes\n"
    code, out, err = run(bot, "--state-dir", tmp_path / "file" / "state", typed=script)
    assert code == 0
    assert "The session lives in memory: export before you leave." in out
    assert "Wrote 1 story to data/stories.yml." in out
    assert "Not saved:" in err


def test_an_export_that_cannot_be_written_can_go_elsewhere(bot: Path) -> None:
    (bot / "notes").write_text("")
    script = "/greet\nutter_happy\naction_listen\n:export 1 to notes/stories.yml\n:export --yes\n"
    code, out, err = run(bot, typed=f"{script}:export 1 to data/mine.yml\n:export --yes\n")
    assert code == 0
    assert "notes/stories.yml" in err
    assert "Wrote 1 story to data/mine.yml." in out
    assert (bot / "data" / "mine.yml").read_text().startswith("version:")


def test_data_behind_a_link_are_written_where_they_lie(
    bot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = (bot / "data").rename(tmp_path / "shared")
    (bot / "data").symlink_to(shared)
    monkeypatch.chdir(bot.parent)
    code, out, _ = run(Path(bot.name), typed="/greet\nutter_happy\naction_listen\n:export --yes\n")
    assert code == 0
    assert "Wrote 1 story to data/stories.yml." in out
    assert "utter_happy" in (shared / "stories.yml").read_text().partition("story: greet\n")[2]
    assert not (bot / bot.name).exists()


def test_words_of_any_script_come_through_and_no_encoding_ends_the_session(bot: Path) -> None:
    message = "[Rome](city) [/greet] {red} 你好 👋🏽 שלום"
    typed = f"{message}\n1\n\n"
    assert f"you say: {message}" in run(bot, typed=typed)[1]
    narrow = run(bot, "--conversation-id", "b", typed=typed, environ={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert narrow[0] == 0
    assert "you say: [Rome](city) [/greet] {red} \\u4f60\\u597d" in narrow[1]


def test_a_line_that_is_not_utf_8_is_refused_and_the_question_stays(bot: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trainer_tui", "--plain", str(bot)],
        input=b"caf\xe9\r\n/greet\r\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"that line is not UTF-8." in done.stderr
    assert b"intent greet" in done.stdout


def test_a_reader_that_goes_away_ends_the_program_quietly(bot: Path) -> None:
    with Program(bot) as program:
        program.hears(QUESTION)
        assert program.process.stdout is not None
        program.process.stdout.close()
        program.says("/greet", "y", "y")
        assert program.process.stdin is not None
        program.process.stdin.close()
        assert program.process.wait(60) == 1
        assert program.process.stderr is not None
        assert "Traceback" not in program.process.stderr.read()


def test_what_is_accepted_by_itself_is_said_marked_and_changed(bot: Path) -> None:
    typed = "/greet\n:accept-above off\n/goodbye\n:accept-above 2\n:accept-above 0.9\n:status\n"
    code, said, complained = run("--accept-above", "0.9", bot, typed=typed)
    assert code == 0
    assert "at least 0.9 sure are accepted by themselves" in said.splitlines()[1]
    greeted, _, after = said.partition("Every prediction is asked about.")
    assert "bot runs utter_greet 1.00, accepted by itself" in greeted
    assert "The bot wants to run" not in greeted
    assert "The bot wants to run 'utter_goodbye'" in after
    assert "2 is no confidence between 0 and 1" in complained
    assert after.count("at least 0.9 sure are accepted by themselves") == 2


def test_a_disk_that_is_full_is_said_once_and_loses_no_question(bot: Path) -> None:
    with Program(bot) as program:
        program.hears(QUESTION)
        program.says("/greet", ":new", "action_of_no_server")
        program.hears("s = stub the result")
        resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (0, 0))
        program.says("r", "s", "done", "y")
        program.is_told("not saved: File too large")
        code, said, complaints = program.ends()
    assert code == 0
    assert not [line for line in (*program.said, *complaints.splitlines()) if "Traceback" in line]
    assert "Not saved: File too large." in said + complaints


def test_an_output_that_takes_nothing_is_said_and_a_session_is_kept(bot: Path) -> None:
    program = (sys.executable, "-m", "trainer_tui")
    with open("/dev/full", "w") as full:
        for arguments in (("--help",), ("data", "validate", bot), ("--plain", bot)):
            done = subprocess.run([*program, *arguments], input=b"/greet\n", stdout=full, stderr=PIPE, check=False)
            assert done.returncode == 1, arguments
            assert done.stderr.endswith(b"trainer-tui: the output cannot be written. No space left on device.\n")
            assert b"Traceback" not in done.stderr
        # What is said beside it may be lost.
        done = subprocess.run([*program, "--plain", bot], input=b"/greet\n", stdout=PIPE, stderr=full, check=False)
        assert done.returncode == 0
        assert b"intent greet" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_gives_nothing_and_hears_nothing(bot: Path, closed: str) -> None:
    for arguments in ("--plain", "--plain --conversation-id desk", "", "data validate"):
        line = f"{shlex.quote(sys.executable)} -m trainer_tui {arguments} {shlex.quote(str(bot))} {closed}"
        done = subprocess.run(line, shell=True, input=b"/greet\n", capture_output=True, check=False)
        assert done.returncode == (0 if arguments else 2), (arguments, done)
        assert b"Traceback" not in done.stdout + done.stderr
