# Everything is in bootstrap.py; on Windows, or without make, use `python bootstrap.py run` and so on.
PYTHON ?= python3

.PHONY: help setup run test check bench soak lock clean
help setup run test check bench soak lock clean:
	@"$(PYTHON)" bootstrap.py $@
