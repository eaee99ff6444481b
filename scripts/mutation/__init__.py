"""What `scripts/mutate` is made of: reading Swift, choosing mutants, compiling them in, running the tests."""
