"""Fits beside the session: what is fitted, how one fit runs, and when it is made anew."""
