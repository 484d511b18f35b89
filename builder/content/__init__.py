"""Content: YAML as text with places, loading, ids, JSON Schema, new-file texts."""
