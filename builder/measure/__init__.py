"""Reading produced files back: text, outline, room; comparison with the view."""
