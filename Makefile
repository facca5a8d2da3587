# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# All of these set themselves up in .dev and need python3 with venv and nothing else. One session at a time: .dev/tools/bin/nox -s NAME,
# or any nox of yours; nox -l lists them.

PYTHON = python3
ARGS =

.DEFAULT_GOAL := help
.PHONY: help demo test test-all clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\): ## /  make \1\t/p' Makefile | expand -t 22

demo: ## List two emulated clouds, judge their secrets, write reports
test: ## Run what has to pass before a commit
test-all: ## Run all that has to pass, but what passed on these files already

demo test test-all:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing; install it with: sudo apt-get install -y python3 python3-venv"; exit 2; }
	@$(PYTHON) -B tests/checks $@ $(ARGS)

clean: ## Remove all that these commands made
	rm -rf .dev .ansible .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache tests/output secrets-report
