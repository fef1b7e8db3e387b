"""Cards: identity, lock, exporters."""
