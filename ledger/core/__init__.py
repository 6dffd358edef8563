"""The rules: every function is given what it needs; nothing here knows of the web."""
