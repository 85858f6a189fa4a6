"""Scenarios (情景): what would be otherwise, written in a file or on the command line, and applied to a run."""
