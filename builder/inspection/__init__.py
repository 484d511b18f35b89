"""A produced file measured against a layout profile; the file need not be ours."""
