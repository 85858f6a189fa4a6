"""Reports: verdicts become plain tables once, and each writer draws tables in its medium."""
