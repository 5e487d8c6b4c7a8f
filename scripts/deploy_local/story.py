"""The story of a shared list, told over HTTP: who asks what, and the answer that it must get.

It knows nothing of what carries its requests: a deployed stack, or the functions in one process.
Every route is asked, and every status that a client may meet is met.
"""

from __future__ import annotations

from typing import Final

from scripts.deploy_local.teller import Carry, Say, Teller

__all__ = ["PEOPLE", "tell"]

PEOPLE: Final = ("ada", "ann", "bob", "cy", "eve", "newcomer", "sam")
"""Ada administers the organisation, Sam supports it; Eve is of another, the newcomer of none."""

TITLE: Final = "Mend the tent"


def tell(carry: Carry, subjects: dict[str, str], say: Say) -> Teller:
    """Tell all of it; raises `Unexpected` at the first answer that is another.

    ``subjects`` are the people's own names for the API, what their tokens call them.
    """
    teller = Teller(carry, subjects, say)
    _strangers(teller)
    _directory(teller)
    list_id = _list(teller)
    task_id = _tasks(teller, list_id)
    _questions(teller, list_id, task_id)
    _completion(teller, task_id)
    _support(teller, list_id, task_id)
    _revocation(teller, list_id)
    _endings(teller, list_id, task_id)
    return teller


def _strangers(teller: Teller) -> None:
    teller.chapter("Nobody is let in without a token that says who, and of which organisation")
    teller.ask(401, None, "GET", "/v1/tasks", code="auth.required")
    teller.ask(401, "forger", "GET", "/v1/tasks", code="auth.required")
    teller.ask(401, "newcomer", "GET", "/v1/tasks", code="auth.required")
    teller.ask(404, "ann", "GET", "/v1/nothing", code="resource.absent")


def _directory(teller: Teller) -> None:
    teller.chapter("Ada, who administers, puts people into the directory")
    for name in ("ann", "bob", "cy"):
        body = {
            "user_id": teller.subjects[name],
            "name": name.capitalize(),
            "email": f"{name}@example.org",
        }
        teller.ask(201, "ada", "POST", "/v1/users", body, idempotency_key=f"user-{name}")
    again = {"user_id": teller.subjects["ann"], "name": "Ann"}
    teller.ask(409, "ada", "POST", "/v1/users", again, code="user.exists")
    teller.ask(403, "ann", "POST", "/v1/users", again, code="access.denied")
    teller.ask(200, "ada", "GET", "/v1/users?limit=2")
    teller.ask(200, "ada", "GET", "/v1/users?email=bob@example.org")
    teller.ask(200, "ada", "GET", f"/v1/users/{teller.subjects['ann']}")
    me = teller.ask(200, "ann", "GET", "/v1/users/me")
    teller.ask(428, "ann", "PATCH", "/v1/users/me", {"name": "Ann B."})
    named = {"name": "Ann B.", "email": "ann.b@example.org"}
    teller.ask(200, "ann", "PATCH", "/v1/users/me", named, if_match=me.headers["etag"])
    teller.ask(412, "ann", "PATCH", "/v1/users/me", named, if_match='"other"')
    teller.ask(403, "ann", "DELETE", "/v1/users/me", if_match="*", code="access.second_factor")


def _list(teller: Teller) -> str:
    teller.chapter("Ann makes a list, and shares it with Bob, who edits, and Cy, who looks")
    new = {"title": "Camping"}
    teller.ask(422, "ann", "POST", "/v1/lists", {"title": ""}, code="body.invalid")
    made = teller.ask(201, "ann", "POST", "/v1/lists", new, idempotency_key="camping")
    same = teller.ask(201, "ann", "POST", "/v1/lists", new, idempotency_key="camping")
    list_id: str = made.json["list_id"]
    teller.check("the same key makes one list", list_id, same.json["list_id"])
    other = {"title": "Other"}
    teller.ask(
        422, "ann", "POST", "/v1/lists", other, idempotency_key="camping",
        code="idempotency.mismatch",
    )  # fmt: skip
    one, members = f"/v1/lists/{list_id}", f"/v1/lists/{list_id}/members"
    teller.ask(404, "bob", "GET", one, code="resource.absent")
    editor = {"user_id": teller.subjects["bob"], "role": "editor", "purpose": "plans with Ann"}
    teller.ask(201, "ann", "POST", members, editor)
    teller.ask(409, "ann", "POST", members, editor, code="member.exists")
    teller.ask(422, "ann", "POST", members, {**editor, "user_id": "nobody"}, code="user.unknown")
    viewer = {"user_id": teller.subjects["cy"], "role": "viewer"}
    teller.ask(201, "ann", "POST", members, viewer, idempotency_key="cy-looks")
    found = teller.ask(200, "bob", "GET", one)
    teller.ask(403, "cy", "PUT", one, {"title": "Mine"}, if_match="*", code="access.denied")
    teller.ask(200, "ann", "PUT", one, {"title": "Camp"}, if_match=found.headers["etag"])
    teller.ask(412, "ann", "PUT", one, new, if_match=found.headers["etag"])
    teller.ask(404, "eve", "GET", one, code="resource.absent")
    teller.ask(200, "bob", "GET", "/v1/lists")
    return list_id


def _tasks(teller: Teller, list_id: str) -> str:
    teller.chapter("Bob fills it; Cy may not, and Eve is told of no such list")
    new = {"title": TITLE, "list_id": list_id, "due": "2026-12-05"}
    made = teller.ask(201, "bob", "POST", "/v1/tasks", new, idempotency_key="tent")
    task_id: str = made.json["task_id"]
    for number in range(2):
        due = f"2026-12-1{number}"
        teller.ask(201, "ann", "POST", "/v1/tasks", {**new, "title": f"Pack {number}", "due": due})
    teller.ask(403, "cy", "POST", "/v1/tasks", new, code="access.denied")
    teller.ask(422, "eve", "POST", "/v1/tasks", new, code="list.unknown")
    teller.ask(422, "bob", "POST", "/v1/tasks", {**new, "owner": "ann"}, code="body.invalid")
    one = f"/v1/tasks/{task_id}"
    teller.ask(404, "eve", "GET", one, code="resource.absent")
    found = teller.ask(200, "ann", "GET", one)
    teller.check("Ann sees what Bob wrote", TITLE, found.json["title"])
    teller.ask(428, "bob", "PUT", one, new)
    tag = found.headers["etag"]
    put = teller.ask(200, "bob", "PUT", one, {**new, "notes": "blue thread"}, if_match=tag)
    teller.ask(412, "ann", "PATCH", one, {"priority": "high"}, if_match=tag)
    give = {"assignee": teller.subjects["cy"], "priority": "high"}
    teller.ask(200, "ann", "PATCH", one, give, if_match=put.headers["etag"])
    teller.ask(415, "bob", "POST", "/v1/tasks", new, content_type="text/plain")
    return task_id


def _questions(teller: Teller, list_id: str, task_id: str) -> None:
    teller.chapter("Every question is answered, page by page")
    for query in (
        "",
        "?status=open",
        "?status=done",
        "?status=done&completed_since=2026-01-01T00:00:00Z",
        "?status=open&due_before=2027-01-01",
        "?due_from=2026-12-01&due_to=2026-12-31",
    ):
        teller.ask(200, "ann", "GET", f"/v1/tasks{query}")
    mine = teller.ask(200, "cy", "GET", "/v1/tasks?assignee=me")
    teller.check(
        "Cy is given one task", [task_id], [each["task_id"] for each in mine.json["items"]]
    )
    teller.ask(200, "bob", "GET", f"/v1/tasks?ids={task_id}")
    teller.ask(400, "bob", "GET", "/v1/tasks?colour=blue")
    one = f"/v1/lists/{list_id}"
    for query in ("tasks", "tasks?status=todo", "tasks?due_from=2026-12-01", "board", "members",
                  "access", "access?show=record"):  # fmt: skip
        teller.ask(200, "ann", "GET", f"{one}/{query}")
    seen: list[str] = []
    cursor = ""
    while True:
        page = teller.ask(200, "cy", "GET", f"{one}/tasks?limit=2{cursor}").json
        seen += [each["task_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    teller.check("the pages hold all tasks, each once", 3, len(set(seen)))
    teller.ask(400, "cy", "GET", f"{one}/tasks?limit=2&cursor=forged", code="cursor.invalid")


def _completion(teller: Teller, task_id: str) -> None:
    teller.chapter(
        "Cy, to whom it was given, completes the task; done is done until it is reopened"
    )
    one = f"/v1/tasks/{task_id}"
    teller.ask(200, "cy", "POST", f"{one}/completion", idempotency_key="mended")
    teller.ask(200, "bob", "GET", "/v1/tasks?status=done")
    teller.ask(409, "bob", "PATCH", one, {"status": "doing"}, if_match="*", code="task.done")
    teller.ask(200, "bob", "DELETE", f"{one}/completion")
    teller.ask(200, "cy", "POST", f"{one}/completion")


def _support(teller: Teller, list_id: str, task_id: str) -> None:
    teller.chapter("Sam, of support, looks for a purpose, changes nothing, and it is recorded")
    one, purpose = f"/v1/lists/{list_id}", "Ann asked why a task is missing"
    teller.ask(403, "sam", "GET", one, code="access.purpose")
    teller.ask(200, "sam", "GET", one, purpose=purpose)
    teller.ask(200, "sam", "GET", f"/v1/tasks/{task_id}", purpose=purpose)
    teller.ask(403, "sam", "PUT", one, {"title": "Mine"}, if_match="*", purpose=purpose)
    records = teller.ask(200, "ann", "GET", f"{one}/access?show=record").json["items"]
    teller.check("Ann sees who looked, and why", purpose, records[-1]["purpose"])
    teller.ask(200, "ann", "GET", f"{one}/activity")


def _revocation(teller: Teller, list_id: str) -> None:
    teller.chapter("What Ann gave she takes back, and it is gone at once")
    one, members = f"/v1/lists/{list_id}", f"/v1/lists/{list_id}/members"
    granted = teller.ask(200, "ann", "GET", members).json["items"]
    tags = {each["user_id"]: each["etag"] for each in granted}
    bob, cy = teller.subjects["bob"], teller.subjects["cy"]
    weaker = {"role": "viewer", "purpose": "still looks"}
    teller.ask(200, "ann", "PUT", f"{members}/{bob}", weaker, if_match=tags[bob])
    new = {"title": "Late", "list_id": list_id}
    teller.ask(403, "bob", "POST", "/v1/tasks", new, code="access.denied")
    teller.ask(204, "ann", "DELETE", f"{members}/{cy}", if_match=tags[cy])
    teller.ask(404, "cy", "GET", one, code="resource.absent")
    teller.ask(204, "bob", "DELETE", f"{members}/me")
    teller.ask(404, "bob", "GET", f"{one}/tasks", code="resource.absent")
    ann = teller.subjects["ann"]
    teller.ask(409, "ann", "PUT", f"{members}/{ann}", weaker, if_match="*", code="list.owner_stays")


def _endings(teller: Teller, list_id: str, task_id: str) -> None:
    teller.chapter("A task moves to another list and back; then all of it is put away")
    other = teller.ask(201, "ann", "POST", "/v1/lists", {"title": "Home"}).json["list_id"]
    listed = teller.ask(200, "ann", "GET", "/v1/tasks?status=open").json["items"]
    moved = listed[0]["task_id"]
    teller.ask(200, "ann", "PATCH", f"/v1/tasks/{moved}", {"list_id": other}, if_match="*")
    back = {"title": "Pack", "list_id": list_id}
    teller.ask(200, "ann", "PUT", f"/v1/tasks/{moved}", back, if_match="*")
    teller.ask(204, "ann", "DELETE", f"/v1/tasks/{moved}", if_match="*")
    teller.ask(404, "ann", "DELETE", f"/v1/tasks/{moved}", if_match="*", code="resource.absent")
    teller.ask(204, "ann", "DELETE", f"/v1/lists/{list_id}", if_match="*")
    teller.ask(404, "ann", "GET", f"/v1/lists/{list_id}", code="resource.absent")
    teller.ask(404, "bob", "GET", f"/v1/tasks/{task_id}", code="resource.absent")
