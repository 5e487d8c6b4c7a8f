"""From an event to an answer: the caller, the time left, the handler, and every failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tabledesign.api.events import Read, headers_of
from tabledesign.api.exchange import Answer, Call
from tabledesign.api.lifetime import lifetime_headers
from tabledesign.api.negotiation import check_accept
from tabledesign.api.origins import NO_ORIGINS, Origins
from tabledesign.api.principal import Authenticate, Principal
from tabledesign.api.problems import Problem, not_found, problem_of
from tabledesign.api.routing import Route, is_id
from tabledesign.dataclass import dataclass, replace
from tabledesign.engine.deadline import Deadline, LambdaContext
from tabledesign.engine.protocol import Clock
from tabledesign.observing.observer import Observer
from tabledesign.observing.seen import current, fault_of

__all__ = ["Carrier", "request_id_of"]


@dataclass(frozen=True, slots=True)
class Carrier:
    """How one kind of event is read, who it says is asking, how late it is, and who watches."""

    read: Read
    authenticate: Authenticate
    clock: Clock
    observer: Observer
    origins: Origins = NO_ORIGINS

    def answer(
        self,
        route: Route,
        event: Mapping[str, Any],
        context: LambdaContext,
        parameters: Mapping[str, str],
    ) -> Answer:
        """The route's answer, or a problem document; nothing is raised."""

        def handled() -> Answer:
            principal = self.authenticate(event)
            self._saw(principal)
            if not all(map(is_id, parameters.values())):
                raise not_found()
            received = self.read(event, request_id)
            check_accept(received.headers.get("accept"))
            call = Call(
                received=received,
                principal=principal,
                parameters=parameters,
                deadline=Deadline.from_lambda(context, clock=self.clock),
            )
            return route.handle(call)

        request_id = request_id_of(event, context)
        seen = current()
        if seen is not None:
            seen.about = f"{route.method} {route.path}"
        told = _told(handled, request_id)
        return self._readable(told, event, lifetime_headers(route.operation))

    def refuse(self, problem: Problem, event: Mapping[str, Any], context: LambdaContext) -> Answer:
        """A problem met before there is a route, or after all that could answer for one."""
        return self._readable(_document(problem, request_id_of(event, context)), event)

    def options(
        self, methods: Iterable[str], event: Mapping[str, Any], context: LambdaContext
    ) -> Answer:
        """Which methods an address takes, and whether a page of another origin may use them."""
        headers = {**_common(request_id_of(event, context)), "Allow": ", ".join(methods)}
        asked = headers_of(event) if self.origins.allowed else {}
        preflight = self.origins.preflight(asked, methods)
        return self._readable(Answer(204, None, headers), event, preflight)

    def _readable(
        self, answer: Answer, event: Mapping[str, Any], more: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer with what says who may read it, and with more headers of its route."""
        headers = {**answer.headers, **(more or {})}
        if self.origins.allowed:
            headers |= self.origins.headers_for(headers_of(event).get("origin"))
        return replace(answer, headers=headers)

    def _saw(self, principal: Principal) -> None:
        seen = current()
        if seen is not None:
            seen.tenant = self.observer.saw_tenant(principal.tenant)


def _told(handled: Callable[[], Answer], request_id: str) -> Answer:
    try:
        answer = handled()
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a document
        problem = problem_of(error)
        seen = current()
        if seen is not None and problem.status >= 500:
            seen.error = fault_of(error)
        return _document(problem, request_id)
    return replace(answer, headers={**_common(request_id), **answer.headers})


def _document(problem: Problem, request_id: str) -> Answer:
    headers = {**_common(request_id), **problem.headers}
    seen = current()
    if seen is not None:
        seen.problem = problem.code
    return Answer(problem.status, problem.document(request_id), headers, "application/problem+json")


def _common(request_id: str) -> dict[str, str]:
    return {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id,
    }


def request_id_of(event: Mapping[str, Any], context: LambdaContext) -> str:
    """The gateway's id where there is one, else Lambda's; never one that the caller chose."""
    context_of_gateway: Mapping[str, Any] = event.get("requestContext") or {}
    of_gateway = context_of_gateway.get("requestId")
    return str(of_gateway or getattr(context, "aws_request_id", ""))
