"""Use cases, each one straight line and one module: the only room that knows all others; free of any face."""
