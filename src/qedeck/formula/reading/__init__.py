"""From LaTeX, in words and formulas, to trees."""
