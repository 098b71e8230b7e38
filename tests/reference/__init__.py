"""A naive reference of the portal's files: slow, plain Python, no database.

It reads the input files that were loaded, with their posting dates, and the criteria, and says which bytes an extract
must have. Written from the spec alone (ods-extracts.md 5, 6, 10, 10.1, 10.2 and layouts/types.csv), without sight of
`ods.posting` and `extracts`; of the project it reads only data: layouts, code sets, the directory file.
"""
