# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others require of a collection, and of the workflow that tests it."""

from __future__ import annotations

import verdicts
from job import Job, plain_pytest
from verdicts import Verdict


def conformance(job: Job) -> Verdict:
    """The checklists of the community and of certification, row by row."""
    return plain_pytest(job, "units", "tests/conformance", *job.options)


def workflows(job: Job) -> Verdict:
    """The schema of workflows, and an auditor that looks for what an attacker would."""
    files = [file for file in job.files if file.startswith(".github/workflows/")]
    schema = job.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files, venv="lint")
    audit = job.run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", "--config", ".github/zizmor.yml", *files, venv="lint")
    return verdicts.audited(schema.output, audit.output, files)
