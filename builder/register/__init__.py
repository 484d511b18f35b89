"""The register: tables, numbers, the chain of acts, search. The only door to SQLAlchemy."""
