"""Owns the exchange formats: each module reads or writes one. Does not touch the database or the object store."""
