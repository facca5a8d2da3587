# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where and how to connect, and how hard to try: options that the modules for all clouds share."""

from __future__ import annotations


class ModuleDocFragment:
    """See the module docstring."""

    DOCUMENTATION = r"""
options:
  endpoint:
    description:
      - Where to send the requests instead of the cloud's own host, as a host name or a URL without a path.
      - It may hold C({region}), which stands for the region of each request.
      - Plain C(http://) is refused unless the host is a loopback address.
      - Requests to STS, see O(identify) and O(assume_role_arn), and to metadata services are not sent there.
    type: str
  validate_certs:
    description:
      - Whether to check the servers' TLS certificates.
      - If V(false), anybody on the way can read and change what the clouds answer. A warning says so.
    type: bool
    default: true
  ca_path:
    description:
      - A PEM file with the CA certificates to trust, or a folder of hashed ones, on the machine where the module runs.
      - Without it the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are honored, then the CA
        certificates that come with C(requests).
    type: path
  proxy:
    description:
      - The URL of the proxy to connect through.
      - Without it the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) are honored.
    type: str
  timeout:
    description:
      - Seconds for one attempt of one request, once for the connection and once for the whole answer, headers included.
    type: float
    default: 10.0
  deadline:
    description:
      - Seconds for the whole task. When they are over, it ends with what it has, and says so.
      - A store that was not finished is V(partial) or V(failed) in the ledger.
    type: float
    default: 900.0
  retries:
    description:
      - How often a request is repeated after a failure that may pass, such as a broken connection or a failing server.
      - A refusal for the rate of requests is repeated four times more.
      - Nothing else is repeated. Every repeat is signed afresh.
    type: int
    default: 4
  rate_limit:
    description:
      - Requests a second that may be sent in each of the cloud's own rate limits.
      - Several tasks or job slices that use one account at the same time share its limit, so divide this by their number.
    type: int
    default: 25
  concurrency:
    description: How many requests may be under way at once.
    type: int
    default: 16
  page_size:
    description: Secrets to ask for in one request, from 1 to 100.
    type: int
    default: 100
  max_pages:
    description: Pages that one listing may have. A longer one ends as V(partial), never as complete.
    type: int
    default: 1000
"""
