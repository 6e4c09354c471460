"""Owns marks on images: made, reviewed, verified by the customer, frozen in snapshots. Does not own images."""
