"""JSON within the lines of other files."""

from __future__ import annotations

import json
from typing import Any


def json_line(value: Any) -> str:
    """JSON on one line, letters of every language as they are; JSON has no dates, so they are texts there."""
    return json.dumps(value, ensure_ascii=False, default=str)
