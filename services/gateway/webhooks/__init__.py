"""Webhooks: events of the feed, sent to addresses that the owners of a workspace name."""
