"""What a conversation is: events, slots, domain, tracker, stories."""
