"""Owns the formats: each module or package reads and writes one, and declares it as `FORMAT`."""
