"""The function of users."""

from tabledesign.todo.functions.serving import serve

__all__ = ["handler"]

handler = serve("users")
