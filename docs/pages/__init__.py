"""
What pages say that the code knows already: it is written into docs/ between two marks.

`python -m pages` in docs/ writes it, `python -m pages --check` names the pages that are stale.
"""
