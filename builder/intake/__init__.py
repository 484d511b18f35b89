"""What comes from outside: documents and ledgers made into entries."""
