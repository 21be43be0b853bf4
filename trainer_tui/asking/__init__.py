"""What is asked of a person and what the answer gives, as meanings: `ui` paints a question, `plain` prints it."""
