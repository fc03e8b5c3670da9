"""Words by a loop, expressions by Python's `re` on the words joined by spaces."""

from __future__ import annotations

import re
import statistics

import numpy as np
import pytest

from rnnexplorer.measures import expressions, searching

LINE = (
    "the white rabbit ran and the white cat sat then the rabbit sat by the white rabbit"
    " and the march hare had 12 cats"
)
TEXT = LINE.split()
VOCABULARY = tuple(sorted(set(TEXT)))
IDS = np.array([VOCABULARY.index(word) for word in TEXT])


def found(sought: str, starts: tuple[int, ...] = (0,)) -> list[str]:
    places = searching.search(sought, VOCABULARY, IDS, starts)
    pairs = zip(places.starts.tolist(), places.lengths.tolist(), strict=True)
    return [" ".join(TEXT[start : start + length]) for start, length in pairs]


def test_words_are_found_in_their_order_as_the_text_writes_them() -> None:
    assert found("The White  rabbit!") == ["the white rabbit"] * 2
    places = searching.search("white rabbit", VOCABULARY, IDS, (0,))
    assert places.starts.tolist() == [1, 15]


def test_a_star_is_any_one_word() -> None:
    assert found("the * sat") == ["the rabbit sat"]
    assert found("* rabbit") == ["white rabbit", "the rabbit", "white rabbit"]


def test_no_place_reaches_from_one_part_into_the_next() -> None:
    assert found("white rabbit", (0, 2)) == ["white rabbit"]
    assert found("/white rabbit/", (0, 2)) == ["white rabbit"]
    assert found("white rabbit", (0, 1)) == ["white rabbit"] * 2


@pytest.mark.parametrize(
    ("sought", "sentence"),
    [
        ("the zebra", "the text has no word “zebra”"),
        ("", "no words to look for"),
        ("* *", "no words to look for"),
        ("rab*", "stands for one whole word"),
        ("the " * 41, "at most 40"),
    ],
)
def test_words_that_cannot_be_looked_for_get_a_sentence(sought: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        found(sought)


def test_a_sequence_longer_than_the_text_is_nowhere() -> None:
    places = searching.by_words("the the the", ("the",), np.zeros(2, int), (0,))
    assert len(places) == 0


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"(white|march) \w+", ["white rabbit", "white cat", "white rabbit", "march hare"]),
        (r"c.t", ["cat"]),
        (r"cats?", ["cat", "cats"]),
        (r"\d+ \w+", ["12 cats"]),
        (r"[a-c]\w{2}", ["and", "cat", "and"]),
        (r"[^a-z]+", ["12"]),
        (r"the( \w+)? rabbit", ["the white rabbit", "the rabbit", "the white rabbit"]),
        (r"The [Mm]ARCH", ["the march"]),
    ],
)
def test_an_expression_is_matched_by_whole_words(expression: str, expected: list[str]) -> None:
    assert found(f"/{expression}/") == expected


def test_the_longest_match_counts_and_the_next_begins_after_it() -> None:
    assert found(r"/(the|white|rabbit)( (the|white|rabbit))*/") == [
        "the white rabbit", "the white", "the rabbit", "the white rabbit", "the",
    ]  # fmt: skip
    places = searching.by_expression(r"\w+( \w+)*", ("a",), np.zeros(50, int), (0,))
    assert places.starts.tolist() == [0, 20, 40]
    assert places.lengths.tolist() == [20, 20, 10]


# --- against Python's re -------------------------------------------------------------------------


def random_expression(random: np.random.Generator, depth: int) -> tuple[str, str]:
    """An expression for us, and the same one for `re`, in which `.` takes the space as well."""
    letters = [("a", "a"), ("b", "b"), (".", "[^ ]"), (r"\w", "[^ ]"), ("[ab]", "[ab]"),
               ("[^a]", "[^a ]"), (r"\d", r"\d"), (" ", " "), (r"[\db]", r"[\db]")]  # fmt: skip
    if depth == 0 or random.random() < 0.2:
        return letters[random.integers(len(letters))]
    one, two = random_expression(random, depth - 1), random_expression(random, depth - 1)
    kind = random.integers(4)
    if kind == 0:
        return f"({one[0]}|{two[0]})", f"(?:{one[1]}|{two[1]})"
    if kind == 1:
        sign = ["*", "+", "?", "{2}", "{1,2}", "{1,}"][random.integers(6)]
        return f"({one[0]}){sign}", f"(?:{one[1]}){sign}"
    return one[0] + two[0], one[1] + two[1]


def test_random_expressions_match_what_python_matches() -> None:
    random = np.random.default_rng(11)
    vocabulary = ("a", "b", "ab", "1", "b1")
    checked = 0
    for _ in range(400):
        ours, pythons = random_expression(random, 4)
        if not ours.strip():
            continue
        ids = random.integers(0, len(vocabulary), 8)
        words = [vocabulary[k] for k in ids]
        expected, start = [], 0
        while start < len(words):
            lengths = [
                n for n in range(1, len(words) - start + 1)
                if re.fullmatch(pythons, " ".join(words[start : start + n]))
            ]  # fmt: skip
            if lengths:
                expected.append((start, max(lengths)))
            start += max(lengths, default=1)
        places = searching.by_expression(ours, vocabulary, ids, (0,))
        pairs = zip(places.starts.tolist(), places.lengths.tolist(), strict=True)
        assert list(pairs) == expected, ours
        checked += bool(expected)
    assert checked > 100


# --- what is read, and what would hang -----------------------------------------------------------


def test_a_word_that_comes_again_is_found_by_its_number() -> None:
    words = ["very", "very", "tired", "and", "and", "very"]
    found = expressions.find(r"(\w+) \1", words, (0,))
    assert found.tolist() == [[0, 2], [3, 2]]


def test_what_must_not_follow_is_left_out() -> None:
    assert found(r"/the (?!white)\w+/") == ["the rabbit", "the march"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(?:white|march) (?=cat|hare)(?!hare).+", ["white cat"]),
        (r"(?>white) \w+", ["white rabbit", "white cat", "white rabbit"]),
        (r"\w+(?<=bit) (?<!x)sat", ["rabbit sat"]),
    ],
)
def test_groups_without_flags_are_read(expression: str, expected: list[str]) -> None:
    assert found(f"/{expression}/") == expected


@pytest.mark.parametrize("sign", [r"\(?r", "[(?r]"])
def test_a_bracket_that_is_a_letter_begins_no_group(sign: str) -> None:
    assert expressions.find(f"{sign}ed", ["red", "bed"], (0,)).tolist() == [[0, 1]]


@pytest.mark.parametrize("expression", ["[[:^digit:]]+", "(?:a){i<=99}", "(?:[[:^digit:]])+1"])
def test_signs_that_take_a_gap_for_a_letter_reach_over_no_border(expression: str) -> None:
    words = ["a"] * 50 + ["1"]
    for first, length in expressions.find(expression, words, (0, 45)).tolist():
        assert length <= expressions.MOST_WORDS
        assert first >= 45 or first + length <= 45


@pytest.mark.parametrize(
    "expression", ["(a|a)*b", "(a|aa)+b", "((a|a)* ?)*b", r"((\w|\w)* )*\w\wb"]
)
def test_what_would_take_years_is_given_up_with_a_sentence(
    expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expressions, "PATIENCE", 0.1)
    words = ["a" * 40] * 5 + ["b", "c"]  # without any b the library need not try
    with pytest.raises(ValueError, match=r"takes more than 0\.1 s; ask for less at once"):
        expressions.find(expression, words, (0,))


@pytest.mark.parametrize("expression", [r"(\w+)+9", r"(\w*)*(\w*)*9", r"(.*)(.*)(.*)9"])
def test_what_the_library_sees_through_is_found_nowhere(expression: str) -> None:
    assert expressions.find(expression, ["a" * 5000] * 100, (0,)).tolist() == []


def test_a_search_takes_its_time_from_the_text() -> None:
    with pytest.raises(ValueError, match=r"takes more than 0\.4 s"):
        expressions.find("(a|a)*b", ["a" * 40, "b"], (0,))


@pytest.mark.parametrize(
    ("expression", "number"),
    [
        ("a{999999999}", "999,999,999"),
        ("((((a{9}){9}){9}){9})", "6,561"),
        ("(a{2,40}){26}", "1,040"),
    ],
)
def test_repetitions_that_would_fill_the_memory_are_refused(expression: str, number: str) -> None:
    with pytest.raises(ValueError, match=f"multiply to {number}; at most 1,000"):
        expressions.find(expression, TEXT, (0,))


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("(ab", "at its end: missing )"),
        ("ab)", "at character 3: unbalanced parenthesis"),
        ("a**", "at character 3: multiple repeat"),
        ("*a", "at character 1: nothing to repeat"),
        ("a{3,1}", "min repeat greater than max repeat"),
        ("[ab", "unterminated character set"),
        ("[b-a]", "bad character range"),
        (r"(a)\2", "invalid group reference"),
        ("a\\", "bad escape"),
        (r"a\D", r"\D is not known; \w is any letter"),
        ("[ a]", "[ a] holds a space"),
        ("^the", "^ is not needed: whole words are matched"),
        ("the$", "$ is not needed: whole words are matched"),
        (r"(?r)the \w+", "(?r… is not known; of the groups with (? these are: (?:…) (?=…) (?!…)"),
        ("(?x)a #", "(?x… is not known"),
        ("the (?i:cat)", "(?i… is not known"),
        ("(?-i)a", "(?-… is not known"),
        ("(a)(?1)", "(?1… is not known"),
        ("(?P<gap>a)", "(?P… is not known"),
        (r"\1", "the expression cannot be read at its end: invalid group reference"),
        ("(?", "(?… is not known"),
        ("  ", "the expression is empty"),
        ("a" * 201, "has 201 characters; at most 200"),
    ],
)
def test_what_cannot_be_read_is_told_where_and_why(expression: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        expressions.find(expression, TEXT, (0,))


# --- chapters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "expected"), [(0, (None, 0)), (4, (None, 4)), (5, (1, 0)), (19, (1, 14)), (20, (2, 0))]
)
def test_a_word_is_counted_from_the_beginning_of_its_chapter(
    word: int, expected: tuple[int | None, int]
) -> None:
    assert searching.in_chapter((5, 20), word) == expected


@pytest.mark.parametrize(
    ("word", "told"),
    [(5, "word 5"), (99, "word 99"), (100, "chapter 1, word 0"), (1300, "chapter 2, word 1,100")],
)
def test_a_word_is_told_by_its_chapter(word: int, told: str) -> None:
    assert searching.told_place(*searching.in_chapter((100, 200), word)) == told


def test_without_chapters_words_are_counted_from_the_beginning() -> None:
    assert searching.in_chapter((), 17) == (None, 17)


def test_unknown_words_match_nothing() -> None:
    assert searching.word_ids(["a", "zebra"], {"a": 3}).tolist() == [3, -1]


# --- a unit at the places ------------------------------------------------------------------------


def test_a_unit_at_some_places_is_held_against_all_of_its_values() -> None:
    values = np.array([0.5, -1.0, 2.0, 0.25, -0.75], np.float32)
    found = searching.compared(values[[1, 4]], values)
    assert found.here == -0.875
    assert found.anywhere == pytest.approx(statistics.mean(values.tolist()))
    assert found.spread == pytest.approx(statistics.pstdev(values.tolist()))
