"""Token buckets, and who counts as one client."""

import pytest

from connectors.web.limits import BucketLimiter, client_key
from connectors.web.settings import Rate


async def test_bucket_gives_its_burst_then_its_rate() -> None:
    now = 0.0
    limiter = BucketLimiter(lambda: now)
    rate = Rate(per_second=2, burst=3)
    assert [await limiter.wait_for("a", rate) for _ in range(4)] == [0, 0, 0, 0.5]
    assert await limiter.wait_for("b", rate) == 0
    now = 0.25
    assert await limiter.wait_for("a", rate) == 0.25
    now = 0.5
    assert [await limiter.wait_for("a", rate) for _ in range(2)] == [0, 0.5]
    now = 3600.0
    assert [await limiter.wait_for("a", rate) for _ in range(4)] == [0, 0, 0, 0.5]


async def test_buckets_in_memory_are_bounded() -> None:
    limiter = BucketLimiter(lambda: 0.0, most=2)
    rate = Rate(per_second=1, burst=1)
    for key in ("a", "b", "c"):
        assert await limiter.wait_for(key, rate) == 0
    assert await limiter.wait_for("c", rate) == 1
    assert await limiter.wait_for("a", rate) == 0  # forgotten, the longest unused


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_client_is_an_address_or_a_network(address: str, key: str) -> None:
    assert client_key(address) == key
