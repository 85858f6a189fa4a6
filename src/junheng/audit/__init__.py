"""Data checks (数据核查): what cannot be right, or is unlikely, in a table of schools; no standard is judged by."""
