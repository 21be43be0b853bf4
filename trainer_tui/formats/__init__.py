"""Between text and objects: stories, NLU data, domain, configuration, endpoints."""
