"""The forms, one module a noun; field names are the column names of the load format."""
