"""Tokens, verified where no authorizer has done it.

The modules need ``pip install tabledesign[tokens]``; the refusal alone does not, so that whoever
answers requests can name it.
"""

from tabledesign.api.tokens.unauthenticated import Unauthenticated

__all__ = ["Unauthenticated"]
