"""Numbers and comparisons that were typed where a reader sees them.

Owns which texts of a chapter reach the page (`passages`, `running`, `metadata`,
`raw`, `maths`, `flow`), what is declared (`literals`), the two checks (`guard`,
`comparisons`), and what to write instead (`hints`, `repair`). Executes nothing and
reads no file.
"""
