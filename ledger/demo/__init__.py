"""The demo company: Maple & Main, four shops and a year of decisions, made in seconds."""
