"""Expert iteration: rounds of prove, audit, harvest, train and evaluate, each of which goes on where it was killed.

`config` says what, `arm` runs the rounds of one arm, `rollout` one run of a model, `measure`, `summary`, `report` and
`plot` tell the gain.
"""
