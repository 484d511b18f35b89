"""The parts of a Word template, made from the layout figures."""
