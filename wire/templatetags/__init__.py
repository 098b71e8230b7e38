"""Template tags of the wire."""
