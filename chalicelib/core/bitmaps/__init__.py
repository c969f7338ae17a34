"""Filters with exact totals at any size: sets of dense integer ids as bitmaps, joined as integers; words by their beginnings.

`sets` and `words` are pure; `rows` is where blocks and words stand, `finding` reads a list, `folding` writes what has changed,
`checking` compares and mends. An `Index` says whose rows they are.
"""

from chalicelib.core.bitmaps.index import Described, Index
from chalicelib.core.bitmaps.sets import BLOCK
from chalicelib.core.bitmaps.terms import Found, Question, Term, of_days
from chalicelib.core.bitmaps.words import Wanted

__all__ = ["BLOCK", "Described", "Found", "Index", "Question", "Term", "Wanted", "of_days"]
