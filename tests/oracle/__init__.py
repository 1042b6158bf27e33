"""What every report has to say, counted from DESIGN 3 alone: plain Python, no database.

`world` is what is recorded, `asked` a question about it, `rules` who and what is counted; a module
for each report answers it. `strategies` invents worlds, `stored` writes one into a database and
`comparing` holds the answer of the service against the answer of the oracle.
"""
