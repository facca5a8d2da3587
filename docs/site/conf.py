# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site. Texts are the guides in docs/, as they are read on GitHub too; so links are
written as GitHub wants them, and are led here to where they lead there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

ROOT = Path(os.environ["COLLECTION"]).resolve()
REPOSITORY = "https://github.com/multicloud-secrets/multicloud.secrets"
FILES = f"{REPOSITORY}/blob/main/"
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"

# The pages of Ansible's own documentation that pages of plugins refer to. Those of ansible.builtin need no line here.
ANSIBLE_PAGES = {
    "action_plugins": ("plugins/action.html", "Action plugins"),
    "ansible_configuration_settings": ("reference_appendices/config.html", "Ansible Configuration Settings"),
    "common_return_values": ("reference_appendices/common_return_values.html", "Return Values"),
}
BUILTIN = re.compile(r"ansible_collections\.ansible\.builtin\.((\w+)_[a-z]+)")

project = "multicloud.secrets"
html_title = "multicloud.secrets"
html_theme = "furo"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False

extensions = ["myst_parser", "sphinx_antsibull_ext"]
antsibull_ext_color_scheme = "none"  # site.css has colours that follow the theme
myst_heading_anchors = 4
nitpicky = True
highlight_language = "yaml"


class LeadOn(SphinxPostTransform):
    """A link to a guide on GitHub leads to its page on this site; one out of docs/ leads to the file on GitHub."""

    default_priority = 5

    def run(self, **_kwargs: object) -> None:
        """Change the links of one page."""
        for link in self.document.findall(nodes.reference):
            page, mark, anchor = link.get("refuri", "").partition("#")
            name = page.removeprefix(FILES + "docs/").removesuffix(".md")
            if page == f"{FILES}docs/{name}.md" and name in self.env.found_docs:
                here = self.app.builder.get_relative_uri(self.env.docname, name)
                link["refuri"] = here + mark + anchor
                link["internal"] = True
        for link in list(self.document.findall(addnodes.pending_xref)):
            file = (ROOT / "docs" / link["reftarget"]).resolve()
            if link["reftarget"].startswith("../") and file.exists():
                kind = "tree" if file.is_dir() else "blob"
                uri = f"{REPOSITORY}/{kind}/main/{file.relative_to(ROOT)}"
                link.replace_self(nodes.reference("", "", *link.children, refuri=uri, internal=False))


class NoSecondContents(SphinxPostTransform):
    """The theme shows a page's contents beside it; antsibull's pages begin with the same list."""

    default_priority = 5

    def run(self, **_kwargs: object) -> None:
        """Change one page."""
        for topic in list(self.document.findall(nodes.topic)):
            if "contents" in topic.get("classes", ()):
                topic.parent.remove(topic)
                for title in self.document.findall(nodes.title):
                    title.attributes.pop("refid", None)  # it led back to the list


def elsewhere(_app: Sphinx, _env: object, node: nodes.Element, content: nodes.Node) -> nodes.reference | None:
    """Target of a reference to Ansible's own documentation."""
    target = node.get("reftarget", "")
    builtin = BUILTIN.fullmatch(target)
    page, title = ANSIBLE_PAGES.get(target, ("", ""))
    if node.get("reftype") == "envvar" and target.startswith("ANSIBLE_"):
        page, title = f"reference_appendices/config.html#envvar-{target}", target
    elif builtin:
        page, title = f"collections/ansible/builtin/{builtin[1]}.html", builtin[2]
    if not page:
        return None
    return nodes.reference("", "", content if node.get("refexplicit") else nodes.Text(title), refuri=ANSIBLE + page, internal=False)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.add_post_transform(LeadOn)
    app.add_post_transform(NoSecondContents)
    app.connect("missing-reference", elsewhere)
