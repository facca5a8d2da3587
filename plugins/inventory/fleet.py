# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet
short_description: Stores of secrets in a fleet of cloud accounts as hosts
version_added: 0.1.0
author:
  - multicloud.secrets contributors (@multicloud-secrets)
description:
  - Makes a host of each store of a fleet. A store is one account in one region of one cloud.
  - Reads a file whose name ends in C(fleet.yml) or C(fleet.yaml), such as C(prod.fleet.yml). The same file can be the
    C(assert_secrets_fleet) of the role P(multicloud.secrets.assert_secrets#role), so that a fleet is written once.
  - For regions V(all) the plugin asks the cloud for its regions, and for an entry with C(organization) for its members. It sends no other
    request, and lists no secret.
  - A host's name has its provider, account and region, such as C(tencent_ssm.pay.ap-guangzhou). In the name of an account,
    every character except letters, digits, dots and hyphens becomes an underscore.
  - Each host is in a group of its account, such as C(account_pay), and in one of its region, such as C(region_ap_guangzhou). The
    groups of the accounts are in a group of their provider, such as V(alibaba_kms), and these are in C(secret_stores).
  - Each host has the variables C(store_provider), C(store_account) and C(store_region), and C(assert_secrets_fleet). The
    last one is the fleet of this store alone, for the role. A member of an organization has C(store_account_id) too, and, if the
    cloud tells them, C(store_account_name) and C(store_folder).
  - The group C(secret_stores) sets C(ansible_connection) to V(local), and C(ansible_python_interpreter) to the Python of
    Ansible itself. Your own variables, such as those in C(group_vars), override them.
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [multicloud.secrets.fleet]
  fleet:
    description:
      - The fleet, as a list of entries. It is plain data without templates.
      - Each entry has a C(name), which is the account's label, and a C(provider), V(alibaba_apig), V(alibaba_kms) or V(tencent_ssm).
      - It has C(region) or C(regions), which may be V(all). Without them the region comes from the environment or the profile.
      - It may have any option of M(multicloud.secrets.alibaba_apig_secrets_info), M(multicloud.secrets.alibaba_kms_secrets_info) or
        M(multicloud.secrets.tencent_ssm_secrets_info) about the listing or the connection, such as C(site), C(network), C(endpoint), C(timeout) or C(names).
      - It may name the source of its credentials with one of C(profile), C(credentials_env) and C(source). C(assume_role_arn)
        names a role to assume. All are options of O(ignore:accounts) of these modules. An entry without any of these, here, in
        O(defaults) or in O(credentials), uses the environment.
      - Keys, tokens, C(assume_role_external_id) and C(organization_external_id) are refused here. Give them in O(credentials).
      - Unknown options of an entry and unknown keys of the file are refused.
    type: raw
    required: true
  defaults:
    description:
      - What all entries share, as a mapping from options to values.
      - An entry takes the options that its provider has and that it does not set itself. Its own region, or its own source of a
        key, replaces that of the defaults.
      - An option that no provider of the fleet has is refused, and so are keys and C(name).
    type: dict
  credentials:
    description:
      - The credential options of entries, by their C(name). An entry C(prod) of V(tencent_ssm) has
        C(prod) with C(secret_id) and C(secret_key) here.
      - All of it, or each value, may be a template, which may use lookups and extra variables. Values may be encrypted with
        C(ansible-vault encrypt_string), and so may the file as a whole. Variables of hosts, groups and plays cannot be used here.
      - The role can read a file that is encrypted as a whole, but no file with single encrypted values.
      - They are used for entries with regions V(all) or with C(organization) only. No variable, cache or message contains them. The
        role does not see them. It refuses an entry with credentials here, but none in C(assert_secrets_credentials).
      - With C(-e), the credentials are extra variables, which C(ansible-inventory --list) shows for every host. Better look
        them up in an encrypted file, as in the examples.
    type: raw
    default: {}
  on_error:
    description:
      - The reaction if a cloud does not return the regions of an account. All other accounts are asked in either case.
      - V(fail) fails. There are no hosts then. The message has the reason for each account, with the kind of error, the cloud's
        code, and the id of the request.
      - V(report) warns, and makes one host for the account, such as C(tencent_ssm.pay.all), in the group C(regions_unknown)
        instead of a group of a region. Its variable C(store_error) holds C(kind), C(code), C(message), C(http_status),
        C(request_id) and C(hint). The role asks for the regions again, or reports the store as failed.
    type: str
    choices: [fail, report]
    default: fail
  cache:
    description:
      - Whether to keep the names of regions for O(cache_timeout) seconds, so that no cloud is asked again.
      - The cache holds names of regions, and numbers, names and folders of members of organizations, each list under a digest of its entry.
        A changed entry is asked for again.
      - Refusals are not kept.
requirements:
  - requests >= 2.33.0 (where the regions are V(all))
  - urllib3 >= 2.6.3 (where the regions are V(all))
notes:
  - If an inventory cannot be read, Ansible continues without hosts and succeeds. Set C(any_unparsed_is_failed) to V(true) in
    the section C([inventory]) of C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), so that Ansible fails.
  - The plugin reads environment variables, profiles and metadata services on the machine where Ansible runs.
  - The guide to fleets shows how to write, limit and slice a fleet,
    U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/fleets.md).
seealso:
  - module: multicloud.secrets.alibaba_apig_secrets_info
  - module: multicloud.secrets.alibaba_kms_secrets_info
  - module: multicloud.secrets.tencent_ssm_secrets_info
"""

EXAMPLES = r"""
# prod.fleet.yml. Look at it with: ansible-inventory -i prod.fleet.yml --graph
# Only the first two keys have to be there.
plugin: multicloud.secrets.fleet
fleet:
  # An account in two regions, one in another, and one in every region that its cloud names.
  - {name: shop-prod, provider: alibaba_apig, regions: [cn-hangzhou, cn-shanghai], credentials_env: SHOP_}
  - {name: shop-staging, provider: tencent_ssm, regions: [ap-guangzhou], profile: staging}
  - {name: pay, provider: tencent_ssm, regions: [all]}

# Keys from an encrypted file beside this one, to ask for the regions of pay. The file maps names of entries to their keys.
# The role can use the same file for assert_secrets_credentials.
credentials: "{{ lookup('ansible.builtin.file', 'credentials.yml') | from_yaml }}"

# Your own groups and variables. Expressions may use the variables of a store.
compose:
  stage: store_account.split('-') | last
groups:
  mainland: store_region is match('cn-|ap-(guangzhou|shanghai|beijing)')
keyed_groups:
  - key: stage
    prefix: stage

# If a cloud refuses to return its regions, continue with a host in the group regions_unknown. Ask once a day.
on_error: report
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_timeout: 86400
cache_connection: ~/.cache/secrets-fleet
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.multicloud.secrets.plugins.module_utils._core import files
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.machine import as_error
from ansible_collections.multicloud.secrets.plugins.module_utils._core.module_exit import LONGEST_MESSAGE
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import Redactor, printable
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.discovery import RegionCache, find_stores, refusal, told, unknown_regions
from ansible_collections.multicloud.secrets.plugins.module_utils._fleet.hosts import ALL_STORES, Host, hosts
from ansible_collections.multicloud.secrets.plugins.module_utils._listing.accounts import Runtime
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SERVICES
from ansible_collections.multicloud.secrets.plugins.plugin_utils._controller import Given

try:  # from ansible-core 2.19 on, only what is trusted is evaluated, and what is not is marked wherever Ansible prints it
    from ansible.template import trust_as_template
except ImportError:  # before, all that is not marked is evaluated
    trust_as_template = None

NAMES_END = ("fleet.yml", "fleet.yaml")
NOT_KNOWN = "The regions of an account are not known."
TEMPLATES = ("{{", "{%", "{#")
DEFAULTS = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Ansible's way to find inventories."""

    NAME = "multicloud.secrets.fleet"

    def verify_file(self, path: str) -> bool:
        if path.endswith(NAMES_END):
            return bool(super().verify_file(path))
        with suppress(SecretsError):
            if files.exists(path) and self.NAME.encode() in files.read_bytes(path):
                self.display.warning(f"{path} is not read by {self.NAME}: the name of such a file ends in {' or '.join(NAMES_END)}.")
        return False

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        redactor = Redactor()
        try:
            Given(loader, os.curdir, "").read(path, path, encrypted=True)  # refuses what Ansible's own reader takes: a key twice
            error, found = None, self._hosts(self._read_config_data(path), path, cache, redactor)
        except AnsibleError:
            raise
        except Exception as caught:
            error = as_error(caught)
        if error:  # not while an exception is handled: Ansible would tell of that one too, with its text
            raise AnsibleParserError(printable(redactor.text(error.sentence()), LONGEST_MESSAGE))
        self._populate(found)

    def _hosts(self, config: Mapping[Any, Any], path: str, cache: bool, redactor: Redactor) -> list[Host]:
        """The hosts, before any of them is in the inventory. Raises SecretsError."""
        clock = Clock()
        kept = self.get_cache_key(path) if self.get_option("cache") else None
        memory = RegionCache(self._remembered(kept) if kept and cache else {})
        credentials = self._credentials(path)
        stores = find_stores(config, SERVICES, credentials, memory, Runtime(os.environ, clock.now, redactor), clock)
        errors = unknown_regions(stores)
        if errors and self.get_option("on_error") == "fail":
            raise refusal(errors)
        for name, error in errors.items():
            self.display.warning(printable(redactor.text(f"{NOT_KNOWN} {told(name, error)}. {error.hint or ''}"), LONGEST_MESSAGE))
        found = hosts(stores, credentials)
        if kept:
            self._cache[kept] = memory.new
        return found

    def _remembered(self, key: str) -> Mapping[str, Any]:
        """Content of the cache. A spoilt cache counts as empty."""
        try:
            found = self._cache.get(key)
        except Exception:  # of many classes, as each cache plugin has its own
            found = None
        return found if isinstance(found, Mapping) else {}

    def _credentials(self, path: str) -> Any:
        """The option credentials with its templates evaluated and its secrets decrypted. Errors do not repeat any of it."""
        self.templar.available_variables = {**self._vars, "ansible_search_path": [os.path.dirname(path)]}
        fault = ""
        try:
            return self._revealed(self.get_option("credentials"))
        except Exception as error:
            fault = type(error).__name__
        raise SecretsError("credentials", f"credentials: a template or an encrypted value cannot be used ({fault})", hint="Look at its names and files.")

    def _revealed(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): self._revealed(item) for name, item in value.items()}
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, str) and any(mark in value for mark in TEMPLATES):
            return self.templar.template(value)
        return str(value)  # encrypted values are no texts until they are asked for one

    def _populate(self, found: list[Host]) -> None:
        constructed = any(self.get_option(option) for option in ("compose", "groups", "keyed_groups"))
        self.inventory.add_group(ALL_STORES)
        for name, value in DEFAULTS.items():
            self.inventory.set_variable(ALL_STORES, name, trust_as_template(value) if trust_as_template else value)
        for host in found:
            for line in host.lines:
                self._add_line(line)
                self.inventory.add_host(host.name, line[-1])
            for name, value in host.variables.items():
                self.inventory.set_variable(host.name, name, _as_data(value))
            if constructed:
                self._construct(host.name)

    def _add_line(self, line: tuple[str, ...]) -> None:
        """Groups, each in the one before."""
        for group in line:
            self.inventory.add_group(group)
        for parent, child in zip(line, line[1:]):
            self.inventory.add_child(parent, child)

    def _construct(self, host: str) -> None:
        compose, strict = self.get_option("compose"), self.get_option("strict")
        variables = self.inventory.get_host(host).get_vars()
        self._set_composite_vars(compose, variables, host, strict)
        composed = self.inventory.get_host(host).get_vars()
        for name in set(compose) & set(composed) if trust_as_template else ():
            self.inventory.set_variable(host, name, _as_data(composed[name]))
        self._add_host_to_composed_groups(self.get_option("groups"), composed, host, strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), composed, host, strict)


def _as_data(value: Any) -> Any:
    """The value, so that no text in it is ever evaluated. What cannot be a template is left without a mark."""
    if isinstance(value, dict):
        return {name: _as_data(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_data(item) for item in value]
    if not isinstance(value, str):
        return value
    harmless = "{" not in value and not value.startswith("#jinja2:")
    if trust_as_template:
        return trust_as_template(value) if harmless else value
    return value if harmless else wrap_var(value)
