"""What to do about a verdict: gaps, what drives a coefficient, what would happen if, and the least-cost plan. Pure."""
