"""What a machine established about statements."""
