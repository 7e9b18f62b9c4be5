# Test images of the target: each operator's test.cc, run by the target's `run`.
