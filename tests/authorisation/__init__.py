"""Who may do what: the callers, the table of what each may, and a world in which every operation is asked about one person.

`python -m tests.authorisation` writes `docs/authorisation.md` from the table.
"""
