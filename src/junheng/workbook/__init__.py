"""Workbooks: a file becomes cells that know their address, cells become columns, columns become a table of schools."""
