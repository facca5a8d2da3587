# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the community and the certification programme require of a collection, each with what proves it here.

A row is proven by a check of this folder, or by a session of noxfile.py that does it already. docs/conformance.md is made from
these tables, and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMUNITY, CERTIFICATION, BOTH = "community", "certification", "both"


@dataclass(frozen=True)
class Row:
    """A requirement. `proof` is the name of a function in checks.py, or 'step:' and a session of `make test-all`. `must` is false where it
    is advice."""

    text: str
    source: str
    proof: str
    must: bool = True

    @property
    def command(self) -> str:
        """What to type to see the proof."""
        kind, _colon, session = self.proof.rpartition(":")
        return f"nox -s {session}" if kind else f"nox -s conformance -- tests/conformance -k {self.proof}"


ROWS = (
    # Repository and people
    Row("The issue tracker, the repository, the documentation and the homepage are linked in galaxy.yml", BOTH, "galaxy_links"),
    Row("A code of conduct that is compatible with Ansible's is there, and the README links it", COMMUNITY, "code_of_conduct"),
    Row("The README says where people talk (the forum, with a tag), and that newcomers are welcome", COMMUNITY, "communication"),
    Row("CONTRIBUTING.md says which contributions are taken, and how; issues always are", COMMUNITY, "contributing"),
    Row("No agreement has to be signed but the Developer Certificate of Origin", COMMUNITY, "certificate_of_origin"),
    Row("MAINTAINERS.md says who maintains it and how that is decided", COMMUNITY, "maintainers", must=False),
    # Licences
    Row("Every file says under which free licence it stands, and that licence's text is there", BOTH, "step:license-check"),
    Row("Plugins, modules and module_utils are GPL-3.0-or-later", COMMUNITY, "plugin_licences"),
    Row("galaxy.yml has exactly one of license and license_file, with SPDX identifiers", BOTH, "step:importer"),
    # Metadata
    Row("Names of collection, roles and plugins are lower case letters, digits and single underscores", CERTIFICATION, "step:importer"),
    Row("galaxy.yml has at most 20 tags, and one of those that Automation Hub requires", BOTH, "step:importer"),
    Row("The README and docs/releasing.md say that versions are semantic", BOTH, "semantic_version"),
    Row("meta/runtime.yml says which ansible-core is needed, from 2.18 or older on and without an upper end", BOTH, "requires_ansible"),
    Row("Action groups name all modules that share options, and each of those says so", COMMUNITY, "action_groups"),
    Row("The collection needs no other collection", BOTH, "no_dependencies"),
    Row("Python requirements are floors only, and none of them is ansible or ansible-core", CERTIFICATION, "loose_requirements"),
    Row("The metadata of execution environments names files that exist", BOTH, "step:environments"),
    Row("What ansible-builder lists for the artefact is enough to use all of it", COMMUNITY, "step:environments", must=False),
    Row("The artefact holds no tests, no hidden files and nothing of developers", BOTH, "step:build"),
    Row("No file that ships is larger than 1 MB", COMMUNITY, "no_large_files", must=False),
    # Structure
    Row("plugins/ has only folders that ansible-core recognises", COMMUNITY, "plugin_folders"),
    Row("It works with every folder removed but meta, plugins, roles, playbooks and extensions", COMMUNITY, "works_alone"),
    Row("module_utils are private: their names begin with an underscore", COMMUNITY, "step:units"),
    # Documentation
    Row("Every module and plugin has DOCUMENTATION, EXAMPLES and RETURN", COMMUNITY, "step:sanity"),
    Row("Every role has an argument specification and a README", COMMUNITY, "roles_documented"),
    Row("Documentation, references and markup have no error", COMMUNITY, "step:docs-check"),
    Row("Markup is semantic: options, values and return values are not set as code", COMMUNITY, "semantic_markup"),
    Row("Examples name modules and roles by their full names", COMMUNITY, "step:ansible-lint"),
    Row("Everything says in which version of the collection it came", COMMUNITY, "version_added"),
    Row("The Pythons that are needed where modules run are in the README and in each module's documentation", COMMUNITY, "pythons_documented"),
    Row("The README has the sections that users look for", CERTIFICATION, "readme_sections"),
    Row("The README links by full addresses only", CERTIFICATION, "readme_links"),
    Row("The README does not tell anybody to install ansible or ansible-core by pip", CERTIFICATION, "readme_no_pip_ansible"),
    Row("The policy of releases, versions and deprecation is public", COMMUNITY, "release_policy"),
    Row("The changelog has the format and the categories of antsibull-changelog", BOTH, "step:changelog"),
    Row("A release is built from its tag, the same bytes by everybody, and how is documented", COMMUNITY, "step:release-test"),
    # Modules
    Row("Modules that only gather information are named _info, return no facts, and change nothing", COMMUNITY, "info_modules"),
    Row("Every _info module supports check mode", COMMUNITY, "check_mode"),
    Row("No module has a state that asks for information", COMMUNITY, "no_state_that_asks"),
    Row("Options that hold secrets are no_log, documentation matches specification (validate-modules)", BOTH, "step:sanity"),
    Row("No plugin has a variable named _ only", CERTIFICATION, "step:sanity"),
    Row("Modules are idempotent and behave on a real ansible-core", COMMUNITY, "step:integration"),
    # Tests
    Row("Sanity tests have no ignore file", BOTH, "step:sanity"),
    Row("All sanity tests pass on the newest ansible-core and every Python that is installed", BOTH, "step:sanity"),
    Row("Sanity tests pass on the oldest ansible-core that is supported", BOTH, "step:sanity-2.16"),
    Row("Unit tests pass on every Python that is installed: units, and units-3.10 to units-3.14", COMMUNITY, "step:units"),
    Row("ansible-lint passes with the profile production", CERTIFICATION, "step:ansible-lint"),
    Row("Nothing of ansible-lint is skipped, and no folder of users is excluded", CERTIFICATION, "no_lint_skips"),
    Row("galaxy-importer has neither error nor warning", CERTIFICATION, "step:importer"),
    Row("The workflow is valid, and an auditor of workflows finds nothing", COMMUNITY, "step:workflows", must=False),
    Row("The workflow runs all tests, on every supported ansible-core, on every push and pull request, weekly, and before a release", COMMUNITY, "workflow"),
)

# What no repository can prove of itself: the requirement, who asks for it, how it stands.
ELSEWHERE = (
    ("The collection is on Galaxy, with version 1.0.0 or newer", COMMUNITY, "Not published yet; the version in galaxy.yml is still below 1.0.0."),
    ("The repository and its issue tracker are public and free of charge", COMMUNITY, "The addresses are in galaxy.yml; that they answer is not tested."),
    ("Two people of the community reviewed the collection, and the Steering Committee accepted it", COMMUNITY, "Not asked for yet."),
    (
        "A CI service has run the workflow, and runs it weekly",
        COMMUNITY,
        "The workflow file is checked against the schema of workflows and by an auditor of workflows; no service has run it here.",
    ),
    (
        "Sanity tests run in the container images of ansible-test",
        COMMUNITY,
        "Here they run in virtual environments: every test, on the Pythons that are installed. Python 3.14 and newer need a machine that has them.",
    ),
    (
        "A partner of Red Hat submitted the collection to Automation Hub, and it passed the checks there",
        CERTIFICATION,
        "Not submitted. Those checks pin older releases of ansible-lint and galaxy-importer than the ones that run here.",
    ),
    (
        "The collection was used with the real services",
        CERTIFICATION,
        "No test has talked to the clouds; an emulator that the vendors' SDKs accept stands in for them.",
    ),
)

PAGE = """\
<!--
Copyright: (c) 2026, multicloud.secrets contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Conformance

What a collection must be to enter Ansible's community package
([requirements](https://docs.ansible.com/projects/ansible/latest/community/collection_contributors/collection_requirements.html)), and to be
[certified](https://github.com/ansible-collections/partner-certification-requirements), each with the command that proves it for this one. All
of these commands are parts of `make test` or `make test-all`. The table is made from `tests/conformance/requirements.py` by `python3 tests/conformance`,
a test compares the two, and another test breaks what each check looks at, to see that it fails.

"""


def page() -> str:
    """docs/conformance.md."""
    rows = [f"| {row.text} | {row.source if row.must else row.source + ', should'} | `{row.command}` |" for row in ROWS]
    away = [f"| {text} | {source} | {stands} |" for text, source, stands in ELSEWHERE]
    return (
        PAGE
        + "| requirement | of | proof |\n| --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n\n## What a repository cannot prove\n\n| requirement | of | how it stands |\n| --- | --- | --- |\n"
        + "\n".join(away)
        + "\n"
    )
