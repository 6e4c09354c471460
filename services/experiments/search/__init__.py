"""Owns the filter language of lists: text to a typed tree to SQL. Does not run queries."""
