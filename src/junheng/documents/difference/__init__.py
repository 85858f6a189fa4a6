"""Two runs compared: what changed between them, and why."""
