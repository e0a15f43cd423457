"""A message takes as many whole blocks as fit, and asks for no more than it takes to know that."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.html import MESSAGE, Html, bold, packed, size

BLOCKS = st.lists(st.integers(0, 5_000).map(lambda units: bold(Html("é" * units))), max_size=8)


def foot(left_out: int) -> Html:
    return Html(f"\nand {left_out} more" if left_out else "")


@given(BLOCKS)
@example([Html("a" * 4_095)])
@example([Html("a" * 4_090), Html("a")])
@example([Html("a" * 4_090), Html("a" * 4)])
@example([Html("a" * 4_096)])
def test_the_most_that_fits_is_kept(blocks: list[Html]) -> None:
    message, left_out = packed(Html(), blocks, foot)
    kept = len(blocks) - left_out
    whole = ["".join(f"\n{block}" for block in blocks[:count]) + foot(len(blocks) - count) for count in range(9)]
    assert message == whole[kept]
    assert kept == 0 or size(message).within(MESSAGE)
    assert not any(size(whole[count]).within(MESSAGE) for count in range(kept + 1, len(blocks) + 1))


def test_of_hundreds_of_blocks_only_those_that_may_fit_are_made() -> None:
    made: list[int] = []

    def blocks() -> Iterator[Html]:
        for number in range(500):
            made.append(number)
            yield Html("a" * 999)

    message, left_out = packed(Html("head"), blocks(), foot, count=500)
    assert (message.count("a" * 999), left_out) == (4, 496)
    assert message.endswith("and 496 more")
    assert made == [0, 1, 2, 3, 4]
