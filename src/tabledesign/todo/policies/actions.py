"""What can be done in the to-do backend, each action with the kind of thing it is done to."""

from __future__ import annotations

from enum import Enum

__all__ = ["Action", "Kind"]


class Kind(Enum):
    """What an action is done to; the values are entity types of the policies."""

    ORGANISATION = "Organisation"
    USER = "User"
    LIST = "List"
    TASK = "Task"


class Action(Enum):
    """An action; the values are action names of the policies."""

    LIST_USERS = "listUsers"
    FIND_USER = "findUser"
    CREATE_USER = "createUser"
    CREATE_LIST = "createList"

    READ_ME = "readMe"
    READ_USER = "readUser"
    UPDATE_ME = "updateMe"
    DELETE_ME = "deleteMe"
    LIST_TASKS = "listTasks"
    LIST_LISTS = "listLists"

    READ_LIST = "readList"
    READ_BOARD = "readBoard"
    READ_ACTIVITY = "readActivity"
    LIST_TASKS_OF_LIST = "listTasksOfList"
    LIST_MEMBERS = "listMembers"
    READ_ACCESS = "readAccess"
    CREATE_TASK = "createTask"
    REPLACE_LIST = "replaceList"
    DELETE_LIST = "deleteList"
    ADD_MEMBER = "addMember"
    CHANGE_MEMBER = "changeMember"
    REMOVE_MEMBER = "removeMember"
    LEAVE_LIST = "leaveList"

    READ_TASK = "readTask"
    REPLACE_TASK = "replaceTask"
    UPDATE_TASK = "updateTask"
    DELETE_TASK = "deleteTask"
    COMPLETE_TASK = "completeTask"
    REOPEN_TASK = "reopenTask"

    @property
    def kind(self) -> Kind:
        """What it is done to: for a new task its list, for a new list or user the organisation."""
        return _KINDS[self]


_OF_ORGANISATION = (Action.LIST_USERS, Action.FIND_USER, Action.CREATE_USER, Action.CREATE_LIST)
_OF_USER = (
    Action.READ_ME,
    Action.READ_USER,
    Action.UPDATE_ME,
    Action.DELETE_ME,
    Action.LIST_TASKS,
    Action.LIST_LISTS,
)
_OF_TASK = (
    Action.READ_TASK,
    Action.REPLACE_TASK,
    Action.UPDATE_TASK,
    Action.DELETE_TASK,
    Action.COMPLETE_TASK,
    Action.REOPEN_TASK,
)
_KINDS = (
    dict.fromkeys(Action, Kind.LIST)
    | dict.fromkeys(_OF_ORGANISATION, Kind.ORGANISATION)
    | dict.fromkeys(_OF_USER, Kind.USER)
    | dict.fromkeys(_OF_TASK, Kind.TASK)
)
