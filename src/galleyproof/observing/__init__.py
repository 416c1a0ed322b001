"""What code depends on, observed while it runs.

Loaded in the kernel, beside the author's code, by `guest`. Nothing here is declared by
the author: what a cell opens, asks of the environment, imports, consults of the data
and leaves behind is seen as it happens (`doors`, `modules`, `consulted`), and what it
changes among the chapter's variables by comparing them (`fingerprints`). What makes a
result differ from one run to the next (clock, network, chance) is seen as well.
"""
