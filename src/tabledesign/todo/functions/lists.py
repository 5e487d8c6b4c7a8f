"""The function of lists, their members, and who had access."""

from tabledesign.todo.functions.serving import serve

__all__ = ["handler"]

handler = serve("lists")
