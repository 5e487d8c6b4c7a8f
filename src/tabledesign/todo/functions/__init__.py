"""The to-do API as Lambda functions behind a REST API, one for each concern.

A concern says which routes its function mounts, and what it needs of the table; the template in
``deploy/`` is written from both.
"""
