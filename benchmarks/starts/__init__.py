"""What a function would import and make before its first request, one module a contender.

Each is imported by a fresh interpreter and does its work at import; none is imported here.
"""
