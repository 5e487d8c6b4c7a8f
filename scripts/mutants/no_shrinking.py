"""A pytest plugin: one failing example is enough, so hypothesis does not look for a smaller one."""

from __future__ import annotations

from hypothesis import Phase, settings

__all__: list[str] = []

settings.register_profile(
    "mutants", phases=(Phase.explicit, Phase.generate), database=None, deadline=None
)
settings.load_profile("mutants")
