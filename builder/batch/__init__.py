"""Batches: thousands of issues of any number of workspaces, rendered by many processes, on one machine or many.

``crew`` says how work is given out and what comes back, whoever does it; ``jobs`` are the values that travel. Use cases
are imported one by one.
"""
