"""The receiving end, emulated: the group import of the Smarter Balanced Reporting Data Warehouse (spec rosters, 7).

Pure, no Django, and nothing of the sending side's: the two must not share a mistake. `manage.py emulate_cers` starts
it.
"""
