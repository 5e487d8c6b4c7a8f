"""The whole kit in one line: does this design hold?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from tabledesign.dataclass import dataclass, field
from tabledesign.design.matrix import named_plans
from tabledesign.design.proof import Proof, prove
from tabledesign.engine.protocol import Engine
from tabledesign.repository.repository import Repository
from tabledesign.testing.answers import check_answers
from tabledesign.testing.drawing import Values
from tabledesign.testing.histories import run_histories
from tabledesign.testing.settings import Weather, setting
from tabledesign.testing.verbs import Verb
from tabledesign.testing.verbs_of_keys import ALL_VERBS

__all__ = ["Held", "assert_design_holds"]

WEATHERS: Sequence[Weather] = ("calm", "faults", "lag")


@dataclass(frozen=True, slots=True)
class Held:
    """What was shown of a design: the proof's counts, rows answered, histories, hits by name."""

    proof: Proof
    answered: int
    histories: int
    rounds: int
    hits: Counter[str] = field(repr=False)


def assert_design_holds(
    repository: type[Repository],
    *,
    engine: Engine | None = None,
    histories: int = 30,
    steps: int = 30,
    seed: int = 0,
    values: Values | None = None,
    verbs: Sequence[Verb] = ALL_VERBS,
    weathers: Sequence[Weather] = WEATHERS,
) -> Held:
    """Prove the design, ask every pattern of generated data, and run seeded histories.

    So many histories of so many steps run in each of the weathers: calm, with faults, with
    lagging indexes. The embedded engine is used unless another is given. ``values`` draw the
    values of fields whose type does not say enough, such as an email address. Raises
    `DesignError` where the proof fails, and `Failure` with a seed and the shortest history
    found for everything else.
    """
    proof = prove(repository.__table__, named_plans({repository.__name__: repository.plans()}))
    hits: Counter[str] = Counter()
    answered = rounds = 0
    with ExitStack() as opened:
        used = engine if engine is not None else opened.enter_context(_embedded())
        supply: Callable[[], Engine] = lambda: used  # noqa: E731 - a world asks for its engine
        calm = setting(repository, supply, values=values, verbs=verbs)
        answered = check_answers(calm, seed=seed)
        for weather in weathers:
            each = setting(repository, supply, weather=weather, values=values, verbs=verbs)
            report = run_histories(each, count=histories, steps=steps, seed=seed)
            hits.update(report.hits)
            rounds += report.rounds
    return Held(proof, answered, histories * len(weathers), rounds, hits)


def _embedded() -> AbstractContextManager[Engine]:
    from tabledesign.engine.embedded import embedded

    return embedded()
