"""The pages: one module per screen area, no SQL, and the drawings they share."""
