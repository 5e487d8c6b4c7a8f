"""What can be said of a design without asking a database: proofs, costs, warnings, documents.

Reads tables and plans. The operations of ``provision`` are described here and carried out by a
driver; nothing in this package sends a request.
"""
