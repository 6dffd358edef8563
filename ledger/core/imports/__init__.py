"""Taking in files: each is read and checked whole, and then all of it counts or nothing.

`csv_file` reads, `cells` says what a value may be, one module a kind of file checks and writes,
`runs` numbers the imports and makes them visible.
"""
