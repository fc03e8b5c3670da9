from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rnnexplorer.corpus import Corpus, UnknownWords, Vocabulary, from_bytes, split_words

ANIMALS = Vocabulary(("cat", "rabbit", "rabbits", "turtle", "dodo", "yes"))


def test_words_have_the_numbers_of_their_places() -> None:
    assert len(ANIMALS) == 6
    assert dict(ANIMALS.index) == {word: at for at, word in enumerate(ANIMALS.words)}


def test_decoding_undoes_encoding() -> None:
    words = ["dodo", "cat", "dodo"]
    ids = ANIMALS.encode(words)
    assert ids.dtype == np.int64
    assert ids.tolist() == [4, 0, 4]
    assert ANIMALS.decode(ids) == words


def test_no_words_are_an_empty_array() -> None:
    assert ANIMALS.encode([]).shape == (0,)
    assert ANIMALS.encode([]).dtype == np.int64


@pytest.mark.parametrize("number", [-1, 6])
def test_a_number_without_a_word_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"{number} is no word; numbers go from 0 to 5"):
        ANIMALS.decode([0, number])


def test_a_word_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match='"b" is listed twice'):
        Vocabulary(("a", "b", "b"))


def test_every_unknown_word_is_named_once_with_its_neighbours() -> None:
    with pytest.raises(UnknownWords) as caught:
        ANIMALS.encode(["turtles", "cat", "zebra", "turtles"])
    error = caught.value
    assert error.words == ("turtles", "zebra")
    assert error.nearest["turtles"][0] == "turtle"
    assert str(error).startswith('the model does not know "turtles" (nearest: "turtle", ')
    assert '"zebra" (nearest: ' in str(error)
    assert '"cat"' not in str(error).split("(")[0]


def test_a_prompt_of_unknown_words_is_told_in_few() -> None:
    with pytest.raises(UnknownWords) as caught:
        ANIMALS.encode([f"word{number}" for number in range(1000)])
    assert len(caught.value.words) == 1000
    assert str(caught.value).endswith(", 995 more words")
    assert len(caught.value.nearest) == 5


def test_the_error_of_unknown_words_survives_pickling() -> None:
    error = UnknownWords(["zebra"], {"zebra": ["yes"]})
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == 'the model does not know "zebra" (nearest: "yes")'
    assert (again.words, again.nearest) == (error.words, error.nearest)


def test_the_nearest_words_begin_alike() -> None:
    assert ANIMALS.nearest("rabbitt", n=2) == ["rabbit", "rabbits"]
    assert ANIMALS.nearest("dodos", n=1) == ["dodo"]
    assert ANIMALS.nearest("cat")[0] == "cat"
    assert len(ANIMALS.nearest("x", n=99)) == 6


def test_a_vocabulary_falls_in_frequency_with_ties_in_alphabetical_order(tmp_path: Path) -> None:
    words = ["pear"] * 100 + ["fig"] * 60 + ["apple"] * 60 + ["kiwi"]
    corpus = from_bytes(" ".join(words).encode(), name="fruit", title=None, path=tmp_path / "f")
    assert corpus.vocabulary().words == ("pear", "apple", "fig", "kiwi")


@pytest.mark.book
def test_the_vocabulary_of_alice_is_that_of_a_plain_count(alice: Corpus) -> None:
    counts = Counter(alice.words)
    vocabulary = alice.vocabulary()
    assert set(vocabulary.words) == set(counts)
    order = [(-counts[word], word) for word in vocabulary.words]
    assert order == sorted(order)
    assert vocabulary.decode(vocabulary.encode(alice.words)) == list(alice.words)


@pytest.mark.book
def test_a_misspelt_word_of_the_book_finds_its_neighbour(alice: Corpus) -> None:
    with pytest.raises(UnknownWords, match='"catterpillar" \\(nearest: "caterpillar"'):
        alice.vocabulary().encode(split_words("the Catterpillar"))
