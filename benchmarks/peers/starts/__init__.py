"""The peers before their first request, one module a contender; see `benchmarks/starts`."""
