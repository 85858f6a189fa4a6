"""The engine: figures of schools in, verdicts out. It knows no files, no pydantic and no prose."""
