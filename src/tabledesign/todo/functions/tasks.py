"""The function of tasks."""

from tabledesign.todo.functions.serving import serve

__all__ = ["handler"]

handler = serve("tasks")
