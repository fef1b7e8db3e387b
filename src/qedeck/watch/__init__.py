"""`qedeck watch`: verdicts on what was saved."""
