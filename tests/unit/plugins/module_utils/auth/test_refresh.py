# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refreshable credentials: generations of temporary credentials, when they are renewed, and when there will be no other ones."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from typing import Any, cast

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import AuxRequest, CredentialFlow, Credentials
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.refresh import EARLY, QUIET, RefreshableCredentials, looked_for
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import given
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.messages import Request
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.counters import RequestStats
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.pending import PendingRequest
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.rate_limit import RateLimiter
from ansible_collections.multicloud.secrets.plugins.module_utils._wire.scheduler import Scheduler
from ansible_collections.multicloud.secrets.tests.unit.fakes import FakeClock

LIFE = 3600.0
ASK = Request("vault", "Become", "POST", "https://vault.toys.example/")
EXPIRED = SecretsError("expired", "the token has expired", code="Expired")
STATIC = Credentials("a-static-key-id", "its-secret-key", "its-token", "options")


class Vault:
    """A source of temporary credentials: each time it is asked it gives the next one. Counts how often."""

    def __init__(self, clock: FakeClock, life: float | None = LIFE) -> None:
        self.clock = clock
        self.life = life
        self.asked = 0

    def steps(self) -> CredentialFlow:
        answer = yield AuxRequest(ASK)
        self.asked += 1
        return cast(Credentials, answer["credentials"])

    def answer(self, number: int | None = None) -> dict[str, Any]:
        """Answer of the service."""
        number = self.asked + 1 if number is None else number
        expires = None if self.life is None else self.clock.epoch + self.life
        return {"credentials": Credentials(f"temporary-id-{number}", f"temporary-secret-{number}", f"token-{number}", "vault", expires)}


@pytest.fixture(name="clock")
def _clock() -> FakeClock:
    return FakeClock()


def opened(clock: FakeClock, life: float | None = LIFE) -> tuple[RefreshableCredentials, Vault]:
    """Refreshable credentials with their first generation, which works."""
    vault = Vault(clock, life)
    ring = looked_for(vault.steps, clock.now, "role Auditor")
    ring.take_request()
    ring.answered(vault.answer())
    ring.works(ring.take())
    return ring, vault


def renewed(ring: RefreshableCredentials, vault: Vault) -> None:
    """Answer the auxiliary request that is waiting."""
    assert ring.take_request() is not None and ring.take_request() is None
    ring.answered(vault.answer())


def test_a_key_that_is_there_already_needs_no_request(clock: FakeClock) -> None:
    ring = looked_for(lambda: given(STATIC), clock.now, "")
    assert (ring.take(), ring.blocked, ring.take_request(), ring.under_way) == (STATIC, False, None, False)
    assert (ring.source, ring.identity) == ("options", "a-static-key-id")


def test_until_the_request_is_answered_nothing_can_be_signed(clock: FakeClock) -> None:
    vault = Vault(clock)
    ring = looked_for(vault.steps, clock.now, "role Auditor")
    assert ring.blocked and ring.under_way and ring.source == "role Auditor"
    identity = ring.identity
    assert ring.take_request() == AuxRequest(ASK)
    ring.answered(vault.answer())
    assert not ring.blocked and ring.take().key_id == "temporary-id-1" and ring.source == "vault"
    assert ring.identity == identity, "requests are counted under one name, whatever key signs them"


def test_what_is_broken_is_told_at_once(clock: FakeClock) -> None:
    def steps() -> CredentialFlow:
        raise SecretsError("credentials", "half a pair")
        yield  # pylint: disable=unreachable

    with pytest.raises(SecretsError, match="half a pair"):
        looked_for(steps, clock.now, "").take()


def test_a_request_that_fails_leaves_no_key(clock: FakeClock) -> None:
    ring = looked_for(Vault(clock).steps, clock.now, "")
    ring.failed(SecretsError("denied", "no such role"))
    assert not ring.blocked and not ring.under_way
    for _time in range(2):
        with pytest.raises(SecretsError, match="no such role"):
            ring.take()


@pytest.mark.parametrize("left, due", [(EARLY + 1, False), (EARLY, True), (0, True), (-10, True)])
def test_keys_are_renewed_before_their_end(clock: FakeClock, left: float, due: bool) -> None:
    ring, _vault = opened(clock)
    clock.advance(LIFE - left)
    assert ring.due() is due


def test_keys_that_never_worked_or_have_no_end_are_not_renewed_early(clock: FakeClock) -> None:
    ring, vault = opened(clock, None)
    clock.advance(10 * LIFE)
    assert not ring.due()
    vault = Vault(clock)
    ring = looked_for(vault.steps, clock.now, "")
    assert not ring.due()
    ring.answered(vault.answer())
    clock.advance(LIFE)
    assert not ring.due()


def test_while_new_ones_are_fetched_the_old_ones_serve(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    clock.advance(LIFE - EARLY)
    ring.begin()
    assert (ring.take().key_id, ring.due(), ring.blocked) == ("temporary-id-1", False, False)
    renewed(ring, vault)
    assert (ring.take().key_id, ring.due(), vault.asked) == ("temporary-id-2", False, 2)


def test_a_renewal_that_fails_keeps_the_old_key_and_is_tried_again_after_a_while(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    clock.advance(LIFE - EARLY)
    ring.begin()
    ring.failed(SecretsError("server", "later"))
    assert (ring.take().key_id, ring.problem, ring.due()) == ("temporary-id-1", None, False)
    clock.advance(QUIET - 1)
    assert not ring.due()
    clock.advance(1)
    assert ring.due()
    ring.begin()
    renewed(ring, vault)
    assert ring.take().key_id == "temporary-id-2"


def test_a_service_that_gives_the_same_key_again_is_left_in_peace_for_a_while(clock: FakeClock) -> None:
    """As a metadata service does until shortly before the end."""
    ring, vault = opened(clock)
    same = vault.answer(1)
    clock.advance(LIFE - EARLY)
    ring.begin()
    ring.answered({"credentials": ring.current})
    assert (ring.take().token, ring.due(), ring.problem) == (same["credentials"].token, False, None)
    clock.advance(QUIET)
    assert ring.due()


def test_a_refused_key_is_renewed_and_whoever_used_it_waits(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    old = ring.take()
    assert ring.refused(old, EXPIRED) and ring.blocked
    assert ring.refused(old, EXPIRED), "the second to be refused waits for the same renewal"
    renewed(ring, vault)
    assert (ring.take().key_id, ring.blocked, vault.asked) == ("temporary-id-2", False, 2)
    assert ring.refused(old, EXPIRED) and not ring.under_way, "a late refusal of the old key starts nothing"


def test_a_fresh_key_that_is_refused_is_final(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    ring.refused(ring.take(), EXPIRED)
    renewed(ring, vault)
    assert not ring.refused(ring.take(), EXPIRED) and not ring.under_way and vault.asked == 2


def test_a_first_key_that_never_worked_is_renewed_once(clock: FakeClock) -> None:
    vault = Vault(clock)
    ring = looked_for(vault.steps, clock.now, "")
    ring.take_request()
    ring.answered(vault.answer())
    assert ring.refused(ring.take(), EXPIRED)
    renewed(ring, vault)
    assert not ring.refused(ring.take(), EXPIRED)


def test_a_key_that_worked_can_be_renewed_again_and_again(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    for number in range(2, 6):
        assert ring.refused(ring.take(), EXPIRED)
        renewed(ring, vault)
        ring.works(ring.take())
        assert ring.take().key_id == f"temporary-id-{number}"


def test_success_with_an_old_key_says_nothing_of_the_new_one(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    old = ring.take()
    ring.refused(old, EXPIRED)
    renewed(ring, vault)
    ring.works(old)
    assert not ring.refused(ring.take(), EXPIRED)


def test_a_refused_key_that_cannot_be_renewed_is_the_problem(clock: FakeClock) -> None:
    ring, _vault = opened(clock)
    old = ring.take()
    assert ring.refused(old, EXPIRED)
    ring.failed(SecretsError("denied", "the role is gone"))
    assert not ring.refused(old, EXPIRED)
    with pytest.raises(SecretsError, match="the role is gone"):
        ring.take()


def test_a_static_key_that_is_refused_is_told_with_the_clouds_own_words(clock: FakeClock) -> None:
    ring = looked_for(lambda: given(STATIC), clock.now, "")
    ring.works(ring.take())
    assert not ring.refused(ring.take(), EXPIRED)
    with pytest.raises(SecretsError, match="the token has expired"):
        ring.take()


def test_a_key_that_is_refused_while_it_is_renewed_waits_for_that(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    clock.advance(LIFE - EARLY)
    ring.begin()
    assert ring.refused(ring.take(), EXPIRED) and ring.blocked
    renewed(ring, vault)
    assert vault.asked == 2 and ring.take().key_id == "temporary-id-2"


def test_a_key_that_is_refused_and_comes_back_as_it_was_is_the_problem(clock: FakeClock) -> None:
    ring, vault = opened(clock)
    ring.refused(ring.take(), EXPIRED)
    assert ring.take_request()
    ring.answered({"credentials": ring.current})
    with pytest.raises(SecretsError, match="the token has expired"):
        ring.take()
    assert vault.asked == 2


# Under the queue


class Cloud:
    """A transport: an auxiliary request gets new credentials, any other request is refused unless the newest ones sign it."""

    def __init__(self, vault: Vault, fails: Mapping[int, SecretsError] | None = None) -> None:
        self.vault = vault
        self.fails = dict(fails or {})
        self.valid: set[str | None] = {"temporary-id-1"}
        self.lists = self.renewals = self.later = 0
        self.lock = threading.Lock()
        self.gate = threading.Barrier(1)

    def attempt(self, request: Request, key: Credentials | None, lane: Hashable = None, fresh: bool = False) -> Mapping[str, Any]:
        if request.action == "Become":
            with self.lock:
                self.renewals += 1
                if self.renewals in self.fails:
                    raise self.fails[self.renewals]
                return self.vault.answer(self.renewals)
        self.gate.wait(5)
        with self.lock:
            self.lists += 1
            if self.lists == self.later:
                self.vault.clock.advance(QUIET)
            if key is None or key.key_id not in self.valid:
                raise SecretsError("expired", "the token has expired", code="Expired")
            return {"by": key.key_id}

    def learn_clock_offset(self, request: Request, error: SecretsError) -> bool:
        return False


def run(cloud: Cloud, ring: RefreshableCredentials, jobs: int, threads: int = 8) -> tuple[list[Mapping[str, Any]], list[SecretsError]]:
    """So many requests under the same credentials."""
    answers: list[Mapping[str, Any]] = []
    errors: list[SecretsError] = []
    clock = Clock()
    queue = Scheduler(cloud, RateLimiter(1000), clock, threads, 2)  # type: ignore[arg-type]  # Cloud stands in for Transport
    queue.allow(1)
    lists = [
        PendingRequest(Request("s", "List", "GET", "https://s.example/"), ring, "bucket", RequestStats(), answers.append, errors.append)
        for _number in range(jobs)
    ]
    queue.put(*lists)
    assert queue.run(clock.monotonic() + 20)
    return answers, errors


def test_the_first_key_is_fetched_once_for_all_that_wait(clock: FakeClock) -> None:
    vault = Vault(clock)
    cloud = Cloud(vault)
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 40)
    assert (len(answers), errors, cloud.renewals, cloud.lists) == (40, [], 1, 40)


def test_one_renewal_serves_many_refused_requests(clock: FakeClock) -> None:
    vault = Vault(clock)
    cloud = Cloud(vault)
    cloud.valid = {"temporary-id-2"}
    cloud.gate = threading.Barrier(4)  # four are under way with the old key before the first of them is refused
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 8, threads=4)
    assert ([answer["by"] for answer in answers], errors, cloud.renewals) == (["temporary-id-2"] * 8, [], 2)
    assert cloud.lists == 12


def test_keys_near_their_end_are_renewed_while_the_listing_goes_on(clock: FakeClock) -> None:
    vault = Vault(clock, EARLY - 1)
    cloud = Cloud(vault)
    cloud.valid = {f"temporary-id-{number}" for number in range(1, 9)}
    cloud.later = 10
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 30)
    assert (len(answers), errors) == (30, []) and cloud.renewals == 2, "once, and then it is quiet for a while"


def test_a_key_that_is_never_accepted_ends_with_few_requests(clock: FakeClock) -> None:
    vault = Vault(clock)
    cloud = Cloud(vault)
    cloud.valid = set()
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 30)
    assert not answers and {(error.kind, error.code) for error in errors} == {("expired", "Expired")} and len(errors) == 30
    assert cloud.renewals == 2 and cloud.lists <= 2 * 30


def test_what_is_refused_after_a_renewal_failed_for_good_blocks_nobody(clock: FakeClock) -> None:
    """Its request was under way meanwhile."""
    vault = Vault(clock)
    ring = looked_for(vault.steps, clock.now, "")
    ring.take_request()
    ring.answered(vault.answer())
    signed = ring.take()
    assert ring.refused(signed, EXPIRED) and ring.take_request() is not None
    ring.failed(SecretsError("denied", "the role is gone"))
    assert not ring.refused(signed, EXPIRED)
    assert (ring.blocked, ring.under_way, ring.take_request()) == (False, False, None)
    with pytest.raises(SecretsError, match="the role is gone"):
        ring.take()


def test_a_renewal_that_fails_for_good_is_told_to_all(clock: FakeClock) -> None:
    vault = Vault(clock)
    cloud = Cloud(vault, {2: SecretsError("denied", "the role is gone")})
    cloud.valid = set()
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 20)
    told = {error.message for error in errors}  # what was under way when the renewal failed is told of its own refusal
    assert not answers and "the role is gone" in told and cloud.renewals == 2
    assert told <= {"the role is gone", "the token has expired"}


def test_a_renewal_that_fails_for_a_moment_is_repeated(clock: FakeClock) -> None:
    vault = Vault(clock)
    cloud = Cloud(vault, {1: SecretsError("server", "busy", retry_after=0.0)})
    cloud.valid = {"temporary-id-2"}
    answers, errors = run(cloud, looked_for(vault.steps, clock.now, ""), 3)
    assert (len(answers), errors, cloud.renewals) == (3, [], 2)


def test_a_request_to_a_machine_is_not_repeated(clock: FakeClock) -> None:
    def steps() -> CredentialFlow:
        yield AuxRequest(Request("metadata", "Become", "GET", "http://169.254.0.1/", plain=True, direct=True))
        raise AssertionError("the error ends it")

    cloud = Cloud(Vault(clock), {1: SecretsError("connect", "no machine here")})
    _answers, errors = run(cloud, looked_for(steps, clock.now, ""), 3)
    assert {error.message for error in errors} == {"no machine here"} and cloud.renewals == 1


def test_a_fault_in_a_source_is_one_of_the_requests_and_not_the_end_of_the_threads(clock: FakeClock) -> None:
    def steps() -> CredentialFlow:
        answer = yield AuxRequest(ASK)
        return cast(Credentials, answer["nothing of the kind"])

    _answers, errors = run(Cloud(Vault(clock)), looked_for(steps, clock.now, ""), 3)
    assert {(error.kind, error.message) for error in errors} == {("internal", "Unexpected KeyError in Become")}


def successive(*keys: Credentials) -> RefreshableCredentials:
    """Credentials whose source has these, one after another."""
    waiting = iter(keys)
    return looked_for(lambda: given(next(waiting)), lambda: 0.0, "")


TEMPORARY = [Credentials("key-id", "secret", token, "a test") for token in ("token-1", "token-2")]


def test_a_new_token_of_the_same_id_is_new() -> None:
    ring = successive(*TEMPORARY)
    ring.works(TEMPORARY[0])
    assert ring.refused(TEMPORARY[0], SecretsError("expired", "the token has expired")) and ring.take() is TEMPORARY[1]


def test_a_refusal_is_forgotten_once_there_are_new_ones() -> None:
    ring = successive(*TEMPORARY, TEMPORARY[1])
    ring.works(TEMPORARY[0])
    assert ring.refused(TEMPORARY[0], SecretsError("expired", "the token has expired"))
    ring.begin()
    assert ring.problem is None and ring.take() is TEMPORARY[1]
