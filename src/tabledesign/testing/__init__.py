"""The kit that proves a design: strategies, a reference model, histories with faults, engines
that refuse what DynamoDB refuses.

``assert_design_holds(MyRepository)`` is the whole of it in one line. Only
`tabledesign.testing.strategies` and `tabledesign.testing.machine` need hypothesis, and only
`tabledesign.testing.plugin` needs pytest.
"""
