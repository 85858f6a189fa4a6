"""The documents that a county hands in, made from one run: tables, ledgers, reports and a page."""
