"""The charts of a county: described by Altair, drawn as SVG for a page and as PNG for Word."""
