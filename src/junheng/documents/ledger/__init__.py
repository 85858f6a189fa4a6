"""The ledger (台账) that a county works from: what is met, what is not, who does what until when, and its history."""

from junheng.documents.ledger.writing import write_ledger, write_ledgers

__all__ = ["write_ledger", "write_ledgers"]
