"""Byte-pair encoding of words as in subword-nmt 0.2 (Sennrich, Haddow and Birch, 2016)."""

from collections import Counter, defaultdict


def symbols(word: str) -> tuple[str, ...]:
    return (*word[:-1], word[-1] + "</w>")


def merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    result, place = [], 0
    while place < len(word):
        found = word[place : place + 2] == pair
        result.append("".join(pair) if found else word[place])
        place += 2 if found else 1
    return tuple(result)


def learn(words: Counter[str], count: int) -> list[tuple[str, str]]:
    """The merges of the most frequent pair, again and again, of equally frequent ones the last."""
    parts = {word: symbols(word) for word in words}
    counts, places = Counter(), defaultdict(set)
    for word, part in parts.items():
        for pair in zip(part, part[1:]):
            counts[pair] += words[word]
            places[pair].add(word)
    merges = []
    while len(merges) < count:
        best = max(counts, key=lambda pair: (counts[pair], pair))
        if counts[best] < 2:
            break
        merges.append(best)
        for word in places.pop(best):
            before, parts[word] = parts[word], merged(parts[word], best)
            for pair in zip(before, before[1:]):
                counts[pair] -= words[word]
            for pair in zip(parts[word], parts[word][1:]):
                counts[pair] += words[word]
                places[pair].add(word)
        del counts[best]
    return merges


class Encoding:
    """The tokens of words; those that do not end a word have `@@` behind them."""

    def __init__(self, merges: list[tuple[str, str]]):
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.known: dict[str, list[str]] = {}

    def __call__(self, words: list[str]) -> list[str]:
        # A word may have white space in it, such as a thin space.
        return [token for word in " ".join(words).split() for token in self.of(word)]

    def of(self, word: str) -> list[str]:
        if word not in self.known:
            part = symbols(word)
            while pairs := set(zip(part, part[1:])) & self.ranks.keys():
                part = merged(part, min(pairs, key=self.ranks.__getitem__))
            self.known[word] = [f"{text}@@" for text in part[:-1]] + [part[-1][: -len("</w>")]]
        return self.known[word]


def words_of(tokens: list[str]) -> list[str]:
    """The words of tokens."""
    text = " ".join(tokens).replace("@@ ", "")
    return text.removesuffix("@@").split()
