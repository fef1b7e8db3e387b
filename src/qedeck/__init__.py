"""Notes whose formulas are verified, published and remembered."""
