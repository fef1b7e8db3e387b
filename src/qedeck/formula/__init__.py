"""The formula language: LaTeX to typed trees, and back, and into rings."""
