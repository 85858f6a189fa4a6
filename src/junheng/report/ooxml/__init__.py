"""A workbook changed where it must be and nowhere else: its parts, their bytes, and what is put between them."""
