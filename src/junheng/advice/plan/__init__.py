"""The least-cost plan: what to add and whom to move so that every school and every coefficient passes. Pure."""
