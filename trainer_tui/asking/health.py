"""What in the data is doubtful, for a front end."""

from __future__ import annotations

from trainer_tui.insight.findings import Finding as Finding
from trainer_tui.insight.findings import Findings as Findings
from trainer_tui.insight.findings import Mend as Mend
