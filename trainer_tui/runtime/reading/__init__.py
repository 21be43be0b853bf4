"""What is read of a bot: which files a folder has, what is in each, and all of it put together."""
