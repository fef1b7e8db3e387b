"""Rings: the kinds of numbers a formula can be evaluated in."""
