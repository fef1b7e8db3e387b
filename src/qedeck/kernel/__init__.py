"""The small program that checks certificates: what must be right for "proved" to be true."""
