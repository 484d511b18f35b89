"""Source files typed over in places: what a change of printed text is in the files of the entries, byte for byte."""
