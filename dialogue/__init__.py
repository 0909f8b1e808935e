"""The Rasa project and what a turn is: messages, memory, rendering, engine."""
