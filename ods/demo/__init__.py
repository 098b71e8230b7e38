"""Demo data: synthetic LEAs, students and staff, written as CALPADS input files and loaded like anybody's."""
