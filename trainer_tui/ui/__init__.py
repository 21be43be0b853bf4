"""The full-screen terminal; the only place that knows Textual."""
