# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Two commands: 'make demo' and 'make test'. Both set themselves up in .dev and need python3 and nothing else.
# Options for a step's program go into ARGS, options for the checks into CHECKS, for example:
#   make units ARGS=tests/unit/test_house.py        (a folder ends with a slash)
#   make integration ARGS=secrets_audit CHECKS='--python 3.11'
#   make mutants ARGS='--sample 15 plugins/module_utils/_retry.py'

PYTHON = python3
ARGS =
CHECKS =

.DEFAULT_GOAL := help
.PHONY: help demo test sanity units integration contract faults browser events leaks cores molecule environments matrix lint docs-lint site conformance build release release-test bench mutants clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\): ## /  make \1\t/p' Makefile | expand -t 22

demo: ## List two emulated clouds, judge their secrets, write reports
test: ## Run everything that has to pass
sanity: ## Run ansible-test sanity
units: ## Run the unit tests on every Python that is installed
integration: ## Run the integration tests against the emulator
contract: ## Compare with the vendors' own SDKs, and reports with the definitions of their formats
faults: ## Meet every fault of the catalogue
browser: ## Use the HTML report in Chromium, if that is installed
events: ## Run rulebooks with the event source and kill them, if Java is installed
leaks: ## Look for credentials in every output of every ansible-core
cores: ## Run integration tests on older ansible-core
molecule: ## Run the Molecule scenarios against the emulator
environments: ## Use the artefact with what an execution environment holds, and no more
matrix: ## Test on every supported ansible-core, and write docs/compatibility.md
lint: ## Run ansible-lint, check changelog fragments, the workflow and licences
docs-lint: ## Check the documentation of modules and roles
conformance: ## Check what the community and the certification require of a collection
site: ## Build the documentation site into .dev/site, and follow every link in it
bench: ## Measure beside the vendors' SDKs, and write docs/benchmarks.md
mutants: ## Change the code in small ways and count which changes the unit tests notice; hours, unless ARGS say less
build: ## Build the artefact into .dev/artefacts and import it as Galaxy would
release: ## Make the artefact, changelog, SBOM, checksums and signatures of a release in .dev/release
release-test: ## Make a release twice, compare, verify, install

demo test sanity units integration contract faults browser events leaks cores molecule environments matrix lint docs-lint site conformance build release release-test bench mutants:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing; install it with: sudo apt-get install -y python3 python3-venv"; exit 2; }
	@$(PYTHON) -B tests/checks $@ $(CHECKS) $(ARGS)

clean: ## Remove all that these commands made
	rm -rf .dev .ansible .hypothesis .pytest_cache tests/output secrets-report
