"""Tests of the Helm chart, its images and its alert rules; nothing here needs a cluster."""
