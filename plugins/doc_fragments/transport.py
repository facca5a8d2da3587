# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for connections, limits and repeats, shared by the modules for all clouds."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  endpoint:
    description:
      - The host for the requests instead of the cloud's own one, as a host name or a URL without a path.
      - C({region}) in it is replaced by the region of each request.
      - Plain C(http://) is refused unless the host is a loopback address.
      - Requests to STS (see O(identify); roles that are assumed ask it too) and to metadata services go to their own hosts.
    type: str
  validate_certs:
    description:
      - Whether to check the servers' TLS certificates.
      - If V(false), anybody on the network path can read and change the answers. The module warns.
    type: bool
    default: true
  ca_path:
    description:
      - A PEM file with the CA certificates to trust, or a folder of hashed ones, on the machine where the module runs.
      - If it is not set, E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) of the environment is used, else the CA
        certificates of C(requests).
    type: path
  proxy:
    description:
      - The URL of the proxy to connect through.
      - If it is not set, E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) of the environment are used.
      - An entry of E(NO_PROXY) that names a host which is asked, but in a form without effect such as V(*.example.com), is refused.
    type: str
  timeout:
    description:
      - Seconds for the connection of a request, and again for its whole answer, headers included. From 0.1 to 600.
    type: float
    default: 10.0
  deadline:
    description:
      - Seconds for the whole task, from 0.1 to 86400. After them the task ends with the stores that are finished.
      - An unfinished store is V(partial) or V(failed) in the ledger.
    type: float
    default: 900.0
  retries:
    description:
      - The number of repeats of a request after a temporary failure, from 0 to 20. Such a failure is a broken connection, a server error, or an
        answer that cannot be read.
      - A request that is refused for its rate is repeated four times more, and both are counted apart.
      - A refusal of rights, a bad request or a bad certificate is not repeated. Every repeat has a new signature and a new connection.
      - A task whose requests fail more often than they succeed repeats no more, so that a dead cloud is not stormed.
    type: int
    default: 4
  rate_limit:
    description:
      - The most requests a second for each rate limit of the cloud, from 1 to 1000.
      - Tasks or job slices that use one account at the same time share its limit. Divide this number by their number.
    type: int
    default: 25
  concurrency:
    description: The most simultaneous requests, from 1 to 64.
    type: int
    default: 16
  page_size:
    description: Secrets to ask for in one request, from 1 to 100.
    type: int
    default: 100
  max_pages:
    description: The most pages of one listing, from 1 to 100000. A longer listing ends as V(partial).
    type: int
    default: 1000
"""
