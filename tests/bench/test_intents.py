"""The comparison of classifiers: what is held out is not trained on, and only linker and arbiter are left out."""

from __future__ import annotations

from bench.intents import CONFIGS, EVERY, PROJECT, examples, plain_pipeline, split


def test_held_out_examples_are_not_trained_on() -> None:
    found = examples(PROJECT / "nlu" / "data")
    kept, asked = split(found)
    assert set(kept) == set(found)
    assert len(asked) + sum(map(len, kept.values())) == sum(map(len, found.values()))
    assert all(found[intent].index(text) % EVERY == 0 for text, intent in asked)


def test_only_our_own_parts_are_left_out() -> None:
    for name in CONFIGS:
        steps = [step["name"] for step in plain_pipeline(PROJECT / "dialogue" / name)["pipeline"]]
        assert steps[0] == "JiebaTokenizer"
        assert any("Classifier" in step for step in steps)
