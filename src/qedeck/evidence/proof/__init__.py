"""Deciding exactly whether relations between expressions hold for all values of their symbols."""
