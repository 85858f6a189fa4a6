"""The plan of a county from a run, prices and conditions: what is to be done, in which year, and the verdict after it."""
