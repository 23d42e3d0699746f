"""ExaBGP: its configuration, its start and end, and what it says. Waits for processes and pipes."""
