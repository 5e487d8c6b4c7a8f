"""A server on this machine: an API with pages around it, for a person with a browser.

It knows no domain: routes, sample users and pages are handed to it.
"""
