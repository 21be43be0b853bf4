"""Fits of NLU data beside the session: short ones in a thread, long ones in a process that can be ended."""

from __future__ import annotations

from trainer_tui.nlu.fitted_model import FitAssignment, FittedModel
from trainer_tui.runtime.fits.nlu_process import assignment_as_bytes, model_from_bytes
from trainer_tui.runtime.fits.runner import FitFailed, in_process, in_thread

LONG_FIT = 500_000
"""`FitAssignment.size` from which a fit takes about 5 s."""


async def fit_interpreter(assignment: FitAssignment) -> FittedModel:
    """The model that the assignment asks for; the event loop goes on meanwhile. Cancelling ends a process at once."""
    if assignment.size < LONG_FIT:
        return await in_thread(assignment.solve)
    data = await in_thread(lambda: assignment_as_bytes(assignment))
    answer, said = await in_process("trainer_tui.runtime.fits.nlu_process", data, lambda doing, share: None)
    try:
        return await in_thread(lambda: model_from_bytes(answer, assignment.lessons))
    except ValueError as error:
        raise FitFailed("the NLU data could not be learned", said) from error
