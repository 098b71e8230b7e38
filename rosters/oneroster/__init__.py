"""OneRoster 1.2 CSV: reading it (`reading`), and what its columns mean (`columns`). Pure, no Django."""
