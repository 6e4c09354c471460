"""The trainer service: jobs, recipes, workers and what they compute."""
