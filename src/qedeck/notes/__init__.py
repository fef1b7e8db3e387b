"""Markdown files, read as notes, statements and cards."""
