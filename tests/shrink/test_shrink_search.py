# SPDX-License-Identifier: Apache-2.0
"""The search by itself: the question whether a Draft still fails is answered by the test, so that every answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickproof.shrink.draft import Draft, Step, read_draft
from tickproof.shrink.search import Search

HEADER = 'dut = "feed_handler"\n---\n'


class Oracle:
    """A bench whose device fails when the test says so."""

    def __init__(self, fails: Callable[[Draft], bool]) -> None:
        self.fails, self.asked = fails, 0

    def first(self, drafts: Iterable[Draft], watch: Callable[[], None]) -> tuple[int, Draft] | None:
        for index, draft in enumerate(drafts):
            self.asked += 1
            watch()
            if self.fails(draft):
                return index, draft
        return None


def found(draft: Draft, fails: Callable[[Draft], bool]) -> Search:
    search = Search(Oracle(fails), draft)
    search.run()
    return search


def lines(count: int) -> Draft:
    """`0`, `1`, ... at a microsecond each."""
    return Draft({"dut": "feed_handler"}, tuple(Step(1_000 * number, "feed_a", ((str(number),),)) for number in range(count)))


def numbers(draft: Draft) -> set[int]:
    return {int(step.messages[0][0]) for step in draft.steps if step.messages[0]}


@settings(max_examples=20)
@given(st.sets(st.integers(0, 39), min_size=1, max_size=6))
def test_what_is_needed_is_found_wherever_it_stands(needed: set[int]) -> None:
    """Some lines of forty make the failure together: they are what is left, in their order."""
    search = found(lines(40), lambda draft: needed <= numbers(draft))
    assert [step.messages for step in search.draft.steps] == [((str(number),),) for number in sorted(needed)]
    assert search.minimal


@settings(max_examples=20)
@given(st.lists(st.sets(st.integers(0, 15), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_line_can_go_where_several_causes_are_possible(causes: list[set[int]]) -> None:
    """Any of some sets of lines makes the failure: what is left fails, and without any one of its lines it does not."""

    def fails(left: set[int]) -> bool:
        return any(cause <= left for cause in causes)

    search = found(lines(16), lambda draft: fails(numbers(draft)))
    left = numbers(search.draft)
    assert fails(left)
    assert not any(fails(left - {number}) for number in left)


@settings(max_examples=20)
@given(st.sets(st.integers(0, 11)))
def test_no_line_can_go_where_a_line_hides_the_failure(some: set[int]) -> None:
    """An odd number of lines of a set fails, an even one does not: nothing is monotone here, and the last pass is what proves it."""
    some |= {0} if len(some) % 2 == 0 else set()
    some = some if len(some) % 2 else some ^ {0}
    search = found(lines(12), lambda draft: len(numbers(draft) & some) % 2 == 1)
    left = numbers(search.draft)
    assert len(left & some) % 2 == 1
    assert not any(len((left - {number}) & some) % 2 == 1 for number in left)


def test_hundreds_of_lines_take_few_tries() -> None:
    """Two of 512: a search that tries line after line would need as many."""
    search = found(lines(512), lambda draft: {200, 300} <= numbers(draft))
    assert search.bench.asked < 100


@pytest.mark.parametrize(
    ("text", "needs", "left"),
    [
        ("0 < feed a x=1 y=2 | b z=3 | c", ("b", "z=3"), "0  <  feed_a  b z=3"),
        ("0 < feed seq=7 a !dup !lose=A | b", ("feed ", "!lose"), "0  <  feed  !lose=A"),
        ("0 < client a !split=3,7,9", ("split", "7"), "0  <  client  !split=7"),
    ],
)
def test_messages_words_and_faults_go(text: str, needs: tuple[str, ...], left: str) -> None:
    """What the failure does not need is not there any more."""
    search = found(read_draft(HEADER + text + "\n", "a.scn"), lambda draft: all(need in draft.text() for need in needs))
    assert search.draft.text().splitlines()[-1] == left


def test_times_become_round() -> None:
    """A microsecond where that will do, else something that is easy to read and at least as long as has to be."""
    text = HEADER + "123ns < feed_a a\n+1234ns < feed_a b\n+23456ns < feed_a c\n"
    draft = read_draft(text, "a.scn")
    search = found(draft, lambda tried: len(tried.steps) == 3 and tried.steps[2].time_ns - tried.steps[1].time_ns > 20_000)
    assert [line.split()[0] for line in search.draft.text().splitlines()[-3:]] == ["0", "+1us", "+30us"]


def test_a_header_loses_what_is_not_needed() -> None:
    """Entries, tables and symbols; what the device is stays."""
    header = 'dut = "tick_to_trade"\nend = "1ms"\n[risk]\nmax_shares = 5\nburst = 1\n[symbols.A]\n[symbols.B]\nbase = "1.00"\n'
    search = found(
        read_draft(header + "---\n0 < feed_a a\n", "a.scn"), lambda draft: "burst" in draft.text() and "symbols.B" in draft.text()
    )
    assert search.draft.header == {"dut": "tick_to_trade", "risk": {"burst": 1}, "symbols": {"B": {}}}


def test_the_best_so_far_is_there_when_it_is_interrupted() -> None:
    """Each smaller Draft is told as it is found; one that is cut off claims no proof."""
    told = []

    def fails(draft: Draft) -> bool:
        if len(told) == 3:
            raise KeyboardInterrupt
        return {3, 30} <= numbers(draft)

    search = Search(Oracle(fails), lines(40))
    search.found = lambda: told.append(search.draft)
    with pytest.raises(KeyboardInterrupt):
        search.run()
    assert search.draft is told[-1]
    assert {3, 30} <= numbers(search.draft) < numbers(lines(40))
    assert not search.minimal


def test_a_search_whose_time_is_over_claims_no_proof() -> None:
    """It ends with what it has."""
    search = Search(Oracle(lambda draft: 3 in numbers(draft)), lines(40))
    search.over = lambda: search.bench.asked >= 5
    search.run()
    assert not search.minimal
    assert search.bench.asked <= 6
