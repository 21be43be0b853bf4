"""Where conversations with real users are kept: tracker stores and files of them, read and never written."""
