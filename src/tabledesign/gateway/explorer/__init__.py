"""The table explorer: one table as a person wants to see it, and its patterns asked in place.

It reads only, a bounded page at a time, and knows nothing but the design it is handed.
"""
