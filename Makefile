# Everything is in bootstrap.py; on Windows, or without make, use `python bootstrap.py run` and so on.
PYTHON ?= python3

.PHONY: help setup run test check bench bench-peers soak pictures lock clean
help setup run test check bench bench-peers soak pictures lock clean:
	@"$(PYTHON)" bootstrap.py $@
