"""How entities and events stand in a line that a person types: `to [Rome](city)`, `slot{"city": "Rome"}`."""

from __future__ import annotations

from trainer_tui.formats.entity_writing import annotated as annotated
from trainer_tui.formats.event_notation import format_events as format_events
from trainer_tui.formats.event_notation import parse_events as parse_events
from trainer_tui.session.notation import entities_in as entities_in
