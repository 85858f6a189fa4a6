"""The county page (县情页): one HTML file that asks for nothing from any network."""

from junheng.documents.page.writing import write_page

__all__ = ["write_page"]
