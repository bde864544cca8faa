"""An implementation of docs/format/v1.md that shares no code with the Java one; it writes the vector files."""
