"""Our tables as files that a spreadsheet program opens by a double click."""
