"""One widget a kind of prompt; each is made once, when its prompt first comes up, and shown again from then on."""
