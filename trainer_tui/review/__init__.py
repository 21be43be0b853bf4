"""What real conversations are worth a look for: scores told in words, likeness, the inbox; pure."""
