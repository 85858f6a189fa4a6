"""The page of a province (全省页): one HTML file with the heat table of its counties that asks for nothing from any network."""

from junheng.province.page.writing import write_page

__all__ = ["write_page"]
