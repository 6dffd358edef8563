"""The tests of Latitude."""
