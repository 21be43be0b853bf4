"""The review of real conversations: stores are read and scored beside the desk, what was decided is kept."""
