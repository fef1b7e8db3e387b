"""The pytest plugin: what is collected from notes and checks, run, and told at the end."""
