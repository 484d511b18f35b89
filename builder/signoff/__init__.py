"""Sign-off: what is signed, which act may follow which, and what may still be changed after it."""
