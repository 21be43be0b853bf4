#!/usr/bin/env bash
# textual 8.2.8 (rich 15.0.0, Python 3.11), headless, 60x20
#
# Expected: what is changed within `app.batch_update()` is on the screen with the first frame after the batch.
# Instead: so it is while texts change and nothing else. Where a text field gives way to a button in the same
#   batch and hands it the focus, the first frame holds the first and the third of three new texts and not the
#   second. A widget asks its screen to be drawn only when its own turn comes; the batch ends before, and the
#   screen draws with whoever has asked by then.
# Why it matters: for a moment the screen says two things at once, and everything is laid out and drawn again.
# What to do: before the batch ends, let each widget of the screen ask at once (its `_check_refresh`).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" textual==8.2.8 rich==15.0.0

PYTHONDONTWRITEBYTECODE=1 "$dir/env/bin/python" - <<'PY'
import asyncio
import sys

from textual.app import App
from textual.containers import Vertical
from textual.widgets import Button, Input, Static

NAMES = ("first", "second", "third")


class Form(App):
    CSS = "Static { height: 1; }"

    def compose(self):
        yield Static("old", id="first")
        yield Static("old", id="second")
        yield Input()
        with Vertical(id="answers"):
            yield Button("yes")
        yield Static("old", id="third")

    def on_mount(self):
        self.query_one("#answers").display = False
        self.query_one(Input).focus()
        self.frames = []

    def _display(self, screen, update):
        super()._display(screen, update)
        if update is not None:
            drawn = update.render_segments(self.console)
            self.frames.append([name for name in NAMES if f"new {name}" in drawn])

    def change(self, gives_way, asks):
        with self.batch_update():
            self.query_one("#first").update("new first")
            if gives_way:
                self.query_one(Input).display = False
                self.query_one("#answers").display = True
                self.screen.set_focus(self.query_one(Button))
            self.query_one("#second").update("new second")
            self.query_one("#third").update("new third")
            if asks:
                for widget in self.screen.walk_children():
                    widget._check_refresh()


async def frames(gives_way, asks):
    app = Form()
    async with app.run_test(size=(60, 20)):
        await asyncio.sleep(0.5)
        app.frames.clear()
        app.call_later(app.change, gives_way, asks)
        await asyncio.sleep(1.0)
        return app.frames


async def main():
    seen = {
        "texts alone": await frames(False, False),
        "a field gives way to a button": await frames(True, False),
        "the same, and all ask at once": await frames(True, True),
    }
    for what, drawn in seen.items():
        print(f"{what:30} frames with new texts: {drawn}")
    return [drawn[0] for drawn in seen.values()] == [[*NAMES], ["first", "third"], [*NAMES]]


sys.exit(0 if asyncio.run(main()) else 1)
PY
