"""Fits beside the session: in a thread, in a process that can be ended, one after the other."""
