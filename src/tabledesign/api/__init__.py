"""From access patterns to HTTP: routes, problem documents, conditions, pages, thin adapters."""
