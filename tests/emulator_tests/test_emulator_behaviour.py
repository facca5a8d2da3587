# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the clouds can be made to behave: slow, stingy, lying, changing; globally, for an account, for a region."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from emulator import Emulator, FleetError
from emulator_client import ALIBABA_KEY, NOW, Clock, Reply, Socket, alibaba, alibaba_fleet, ask, error_of, fleet, names_of, tencent

TEN = [{"SecretName": f"s{index:02d}", "CreateTime": f"-{50 - index}d", "updated": f"-{index}h"} for index in range(30)]
ALI = [{"name": f"s{index:02d}", "createTimestamp": f"-{50 - index}d"} for index in range(30)]


def both(behaviour: dict[str, Any] | None = None, **parts: Any) -> Emulator:
    """One store of each cloud; 'ten' and 'ali' add to the account, 'ten_region' and 'ali_region' to the region."""
    ten = fleet([{"name": "ap-guangzhou", "secrets": TEN, **parts.get("ten_region", {})}])["accounts"][0]
    ali = alibaba_fleet([{"name": "cn-hangzhou", "secrets": ALI, **parts.get("ali_region", {})}])["accounts"][0]
    accounts = [{**ten, **parts.get("ten", {})}, {**ali, **parts.get("ali", {})}]
    return Emulator({"accounts": accounts, "now": "2026-11-21T00:00:00Z", "behaviour": behaviour or {}}, clock=parts.get("clock", time.time))


def ssm(emulator: Emulator, now: float | None = None, **parameters: Any) -> Reply:
    """One SSM page."""
    return ask(emulator.port, tencent({"Limit": 100, "OrderType": 1, **parameters}, now=now))


def apig(emulator: Emulator, now: float | None = None, **parameters: Any) -> Reply:
    """One APIG page."""
    return ask(emulator.port, alibaba({"pageSize": 100, **parameters}, now=now))


def total(reply: Reply) -> Any:
    """The total of either cloud; 'none' when there is none."""
    body = reply.json["Response"] if "Response" in reply.json else reply.json["data"]
    return body.get("TotalCount", body.get("totalSize", "none"))


def seconds(run: Callable[[], None], least: float, most: float) -> None:
    """A run never takes less than 'least', and at most 'most' when the machine is not too busy: once in three runs."""
    for _attempt in range(3):
        started = time.monotonic()
        run()
        taken = time.monotonic() - started
        assert taken >= least
        if taken < most:
            return
    raise AssertionError(f"{taken:.3f} s, never less than {most}")


def test_latency_is_a_floor() -> None:
    """The answer leaves no sooner; others are not held up."""
    with both({"latency_ms": 60}) as emulator:

        def run() -> None:
            with Socket(emulator.port) as one, Socket(emulator.port) as two:
                one.send(tencent())
                two.send(tencent())
                assert one.reply().status == two.reply().status == 200

        seconds(run, 0.06, 0.115)


def test_latency_between_bounds() -> None:
    """A pair of numbers is a range."""
    with both({"latency_ms": [20, 25]}) as emulator:
        started = time.monotonic()
        ssm(emulator)
        assert time.monotonic() - started >= 0.02


@pytest.mark.parametrize("value", [[1], [3, 2], "1", -1])
def test_latency_must_make_sense(value: Any) -> None:
    """Anything else is an error."""
    with pytest.raises(FleetError, match="latency_ms"):
        both({"latency_ms": value})


def test_wire_delay_is_paid_per_round_trip() -> None:
    """Once for the connection, once for each answer on it."""
    with both({"wire_ms": 40}) as emulator:

        def run() -> None:
            with Socket(emulator.port) as line:
                line.ask(tencent())
                line.ask(tencent())

        seconds(run, 0.12, 0.155)


def test_fixed_window() -> None:
    """So many in a second of the server's clock, then refusals with the count, then a new second."""
    clock = Clock()
    with both({"rate_limit": {"per_second": 3}}, clock=clock) as emulator:
        assert [error_of(ssm(emulator, NOW)) for index in range(5)] == ["Ok"] * 3 + ["RequestLimitExceeded"] * 2
        message = ssm(emulator, NOW).json["Response"]["Error"]["Message"]
        assert message.startswith("Your current request times equals to `6` in a second, which exceeds the frequency limit `3` for a second.")
        clock.now += 0.99
        assert error_of(ssm(emulator, NOW)) == "RequestLimitExceeded"
        clock.now += 0.01
        assert error_of(ssm(emulator, NOW)) == "Ok"


def test_sliding_window() -> None:
    """No more than so many in any second; refused ones do not count."""
    clock = Clock()
    with both({"rate_limit": {"per_second": 2, "window": "sliding"}}, clock=clock) as emulator:
        assert error_of(ssm(emulator, NOW)) == "Ok"
        clock.now += 0.6
        assert [error_of(ssm(emulator, NOW)) for index in range(2)] == ["Ok", "RequestLimitExceeded"]
        clock.now += 0.4
        assert [error_of(ssm(emulator, NOW)) for index in range(2)] == ["Ok", "RequestLimitExceeded"]
        clock.now += 0.6
        assert error_of(ssm(emulator, NOW)) == "Ok"


def test_buckets_of_ssm() -> None:
    """Action, access point and key; the region does not matter."""
    second = {"id": "AKIDsecond", "secret": "x"}
    regions = ["ap-guangzhou", "ap-beijing"]
    document = fleet(regions, behaviour={"rate_limit": {"per_second": 1, "actions": ["ListSecrets", "GetRegions"]}})
    document["accounts"][0]["keys"].append(second)
    with Emulator(document, clock=Clock()) as emulator:

        def code(**more: Any) -> str:
            return error_of(ask(emulator.port, tencent(now=NOW, **more)))

        assert code(host="ssm.tencentcloudapi.com") == "Ok"
        assert code(host="ssm.tencentcloudapi.com", region="ap-beijing") == "RequestLimitExceeded"
        assert code(host="ssm.ap-beijing.tencentcloudapi.com", region="ap-beijing") == "Ok"
        assert code(host="ssm.tencentcloudapi.com", key=("AKIDsecond", "x")) == "Ok"


def test_buckets_of_apig() -> None:
    """Key and region; a refusal can carry milliseconds to wait."""
    document = alibaba_fleet(["cn-hangzhou", "cn-beijing"], behaviour={"rate_limit": {"per_second": 1, "retry_after_ms": 1500}})
    with Emulator(document, clock=Clock()) as emulator:

        def get(region: str) -> Reply:
            return ask(emulator.port, alibaba(now=NOW, host=f"apig.{region}.aliyuncs.com"))

        assert [error_of(get(region)) for region in ("cn-hangzhou", "cn-beijing")] == ["Ok", "Ok"]
        refused = get("cn-hangzhou")
        assert (refused.status, error_of(refused), refused.headers["x-acs-retry-after"]) == (400, "Throttling.User", "1500")
        emulator.behave({"rate_limit": {"per_second": 0}})
        assert "x-acs-retry-after" not in get("cn-hangzhou").headers


def test_only_named_actions_are_limited() -> None:
    """By default ListSecrets alone."""
    with both({"rate_limit": {"per_second": 0}}) as emulator:
        assert error_of(ssm(emulator)) == "RequestLimitExceeded"
        assert error_of(ask(emulator.port, tencent(action="GetRegions"))) == "Ok"


@pytest.mark.parametrize(
    "scope, of_ssm, of_apig", [(None, 30, 1), ("region", 30, 30), ("partition", 0, 1), ("wrong", 0, 0), ("missing", "none", "none"), (77, 77, 77), (-1, -1, -1)]
)
def test_total_scope(scope: Any, of_ssm: Any, of_apig: Any) -> None:
    """What the total counts, or claims."""
    with both({"total_scope": scope}) as emulator:
        assert total(ssm(emulator, SecretType=3)) == of_ssm
        assert total(apig(emulator, nameLike="s07")) == of_apig


def test_page_cap() -> None:
    """Fewer rows than asked for; offsets count rows, page numbers count capped pages."""
    with both({"page_cap": 7}) as emulator:
        assert names_of(ssm(emulator)) == [f"s{index:02d}" for index in range(7)]
        assert names_of(ssm(emulator, Offset=7)) == [f"s{index:02d}" for index in range(7, 14)]
        pages = [apig(emulator, pageNumber=number) for number in range(1, 7)]
        assert [len(names_of(page)) for page in pages] == [7, 7, 7, 7, 2, 0]
        assert len({name for page in pages for name in names_of(page)}) == 30 and pages[0].json["data"]["pageSize"] == 7


def test_page_size_over_the_maximum() -> None:
    """Refused or cut; SSM documents no maximum, so it has none unless told."""
    with both() as emulator:
        assert len(names_of(ssm(emulator, Limit=5000))) == 30
        assert error_of(apig(emulator, pageSize=101)) == "InvalidParameter"
        emulator.behave({"max_page_size": 20})
        assert error_of(ssm(emulator, Limit=21)) == "InvalidParameterValue"
        assert error_of(apig(emulator, pageSize=21)) == "InvalidParameter"
        emulator.behave({"over_max": "cap"})
        assert len(names_of(ssm(emulator, Limit=21))) == len(names_of(apig(emulator, pageSize=21))) == 20


def test_refused_types() -> None:
    """SecretType 3 and 4 are not listable for everybody."""
    with both({"refused_types": [3, 4]}) as emulator:
        codes = [error_of(ssm(emulator, SecretType=kind)) for kind in range(5)]
        assert codes == ["Ok", "Ok", "Ok", "InvalidParameterValue", "InvalidParameterValue"]


def test_international_site() -> None:
    """Two parameters and four fields are not known there."""
    with both({"encrypt_type": "unknown"}) as emulator:
        unknown: tuple[tuple[str, Any], ...] = (("EncryptType", 0), ("InstanceID", "x"))
        for name, value in unknown:
            reply = ssm(emulator, **{name: value})
            assert error_of(reply) == "UnknownParameter" and name in reply.json["Response"]["Error"]["Message"]
        row = ssm(emulator).json["Response"]["SecretMetadatas"][0]
        assert len(row) == 19 and not {"EncryptType", "EncryptSwitching", "CreateUinString", "TargetUinString"} & set(row)


def test_orders_that_lie() -> None:
    """By update time; in a fixed random order; in a new one for each request."""
    names = [row["SecretName"] for row in TEN]
    with both({"order": "updated"}) as emulator:
        assert names_of(ssm(emulator)) == names[::-1]
        emulator.behave({"order": "random"})
        first = names_of(ssm(emulator))
        assert first != names and sorted(first) == names and first == names_of(ssm(emulator))
        emulator.behave({"order": "shuffled"})
        assert len({tuple(names_of(ssm(emulator))) for index in range(4)}) > 1
        emulator.behave({"order": None})
        assert names_of(ssm(emulator)) == names


def test_ok_code() -> None:
    """The code of a success may be a number."""
    with both({"ok_code": 200}) as emulator:
        assert apig(emulator).json["code"] == 200


def test_clock_offset() -> None:
    """The server's time is another one: in the signature check, the Date header, and the message."""
    clock = Clock()
    with both({"clock_offset": 3600}, clock=clock) as emulator:
        reply = ssm(emulator, NOW)
        assert error_of(reply) == "AuthFailure.SignatureExpire" and reply.headers["date"] == "Sat, 21 Nov 2026 01:00:00 GMT"
        assert str(int(NOW + 3600)) in reply.json["Response"]["Error"]["Message"]
        assert error_of(ssm(emulator, NOW + 3600)) == "Ok"
        assert error_of(apig(emulator, NOW)) == "InvalidTimeStamp.Expired"


def test_layers() -> None:
    """The region beats the account, the account beats the rest, and a null takes a setting back."""
    parts = {"ten": {"behaviour": {"page_cap": 5}}, "ten_region": {"behaviour": {"page_cap": 3}}}
    with both({"page_cap": 9}, **parts) as emulator:
        assert (len(names_of(ssm(emulator))), len(names_of(apig(emulator)))) == (3, 9)
        emulator.behave({"account": "ten", "region": "ap-guangzhou", "page_cap": None})
        assert len(names_of(ssm(emulator))) == 5
        emulator.behave({"account": "ten", "page_cap": None})
        assert len(names_of(ssm(emulator))) == 9
        emulator.behave({"region": "cn-hangzhou", "page_cap": 2})
        assert (len(names_of(ssm(emulator))), len(names_of(apig(emulator)))) == (9, 2)
        emulator.behave({"clear": ["settings"]})
        assert len(names_of(ssm(emulator))) == 30


def test_planned_changes() -> None:
    """After the n-th page of the store: insert, delete by id or by end, update; the history keeps it."""
    changes = [
        {"after": 2, "insert": [{"SecretName": "new", "CreateTime": "now"}], "delete": ["s05"]},
        {"after": 3, "delete": {"oldest": 2, "newest": 1}},
        {"after": 4, "update": [{"id": "s10", "set": {"Description": "changed"}}, {"id": "nobody", "set": {}}]},
    ]
    with both(ten_region={"behaviour": {"changes": changes}}, clock=Clock()) as emulator:
        pages = [names_of(ssm(emulator, NOW)) for index in range(5)]
        assert [len(page) for page in pages] == [30, 30, 30, 27, 27]
        assert pages[2][-1] == "new" and "s05" not in pages[2] and pages[3][0] == "s02" and "new" not in pages[3]
        rows = {row["SecretName"]: row for row in ssm(emulator, NOW).json["Response"]["SecretMetadatas"]}
        assert rows["s10"]["Description"] == "changed" and rows["s11"]["Description"] == ""
        story = emulator.history(account="ten")[0]
        assert (len(story["now"]), len(story["throughout"]), len(story["ever"])) == (27, 27, 31)
        assert [(event["after"], event["change"], event["id"]) for event in story["events"]] == [
            (2, "delete", "s05"),
            (2, "insert", "new"),
            (3, "delete", "s00"),
            (3, "delete", "s01"),
            (3, "delete", "new"),
            (4, "update", "s10"),
        ]
        later = emulator.history(since=2, account="ten")[0]
        assert "s05" not in later["ever"] and "new" in later["ever"] and "new" not in later["throughout"]
        assert emulator.history(account="ali")[0]["events"] == []


def test_changes_wait_for_pages() -> None:
    """A refused request is no page."""
    with both({"changes": [{"after": 1, "match": {"account": "ten"}, "delete": {"oldest": 1}}]}) as emulator:
        ssm(emulator, SecretType=9)
        apig(emulator)
        assert len(emulator.secrets("ten", "ap-guangzhou")) == len(emulator.secrets("ali", "cn-hangzhou")) == 30
        ssm(emulator)
        assert len(emulator.secrets("ten", "ap-guangzhou")) == 29


def test_churn_is_repeatable() -> None:
    """The same seed makes the same changes; the history tells which secrets lived throughout."""
    stories = []
    for _run in range(2):
        with both({"churn": {"every": 2, "seed": 4, "weights": {"insert": 2, "delete": 1, "update": 1, "swap": 1}}}, clock=Clock()) as emulator:
            for _index in range(40):
                ssm(emulator, NOW)
            stories.append(emulator.history(account="ten")[0])
    story = stories[0]
    assert story == stories[1]
    assert {event["change"] for event in story["events"]} == {"insert", "delete", "update"}
    assert len({event["after"] for event in story["events"]}) == 20
    assert set(story["throughout"]) < set(story["now"]) < set(story["ever"])


def test_churn_of_apig() -> None:
    """The other cloud changes too."""
    with both({"churn": {"weights": {"insert": 1}}}) as emulator:
        before = set(names_of(apig(emulator)))
        assert {name.replace("_1", "_") for name in set(names_of(apig(emulator))) - before} == {"churn__"}


def test_churn_empties_a_store() -> None:
    """Deleting from nothing is nothing."""
    with both({"churn": {"weights": {"delete": 1}}}) as emulator:
        for _index in range(32):
            ssm(emulator)
        assert names_of(ssm(emulator)) == []


def test_views_follow_changes() -> None:
    """A page after a change is the page a fresh listing would give, in every order and filter."""
    with both({"churn": {"seed": 9, "weights": {"insert": 1, "delete": 1, "update": 1}}}) as emulator:
        for order in ("created", "updated", "random"):
            emulator.behave({"order": order})
            for _index in range(30):
                ssm(emulator)
                apig(emulator, gatewayType="API")
        store = emulator.world.stores["ten", "ap-guangzhou", "ssm"]
        for (key, order), view in store.views.items():
            expected = sorted(filter(view.keep, store.records.values()), key=view.key)
            assert [record.ident for record in view.rows] == [record.ident for record in expected], (key, order)
        assert len(store.views) >= 3


def test_second_key_and_bad_key_do_not_mix() -> None:
    """An account is told by its key; an unknown key has none."""
    with both() as emulator:
        ask(emulator.port, alibaba(key=("LTAInobody", "x")))
        ask(emulator.port, alibaba(key=ALIBABA_KEY))
        assert [row["account"] for row in emulator.requests()] == [None, "ali"]
