"""Rasa graph components: the linker before the tokenizer and the arbiter at the end of the pipeline."""
