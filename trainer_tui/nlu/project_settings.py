"""What a project's `pipeline:` asks for, known without the interpreter that then does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer_tui.nlu.components import EMBEDDINGS, Settings, read_pipeline


def settings_of(
    pipeline: str | Sequence[Mapping[str, Any] | str] | None, language: str | None
) -> tuple[Settings, tuple[str, ...]]:
    """The settings, and sentences on what stands in for its components.

    FormatError where the pipeline cannot be read, MissingEmbeddings where it asks for what is not installed.
    """
    settings, notes = read_pipeline(pipeline)
    if settings.embeddings:
        from trainer_tui.nlu.embeddings import installed_encoder, is_made_for

        name = installed_encoder()
        if language and not is_made_for(name, language):
            notes = (*notes, f"{EMBEDDINGS}: {name} was made for other languages than {language}, the project's.")
    return settings, notes
