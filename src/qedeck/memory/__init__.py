"""Reviews and schedules."""
