"""What a learner did, as events, and what follows from it."""
