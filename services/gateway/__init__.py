"""The gateway: the only way in from outside."""
