"""From what a statement says to sequents and certificates: trusted for nothing, checked."""
