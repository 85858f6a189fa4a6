"""Standards: the law as data. Read from YAML, validated, linted, and compiled into a method the engine judges by."""
