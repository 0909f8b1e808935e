"""Custom actions of the Rasa project, thin: read message and slots → one service call → utter.

They run in the engine worker without HTTP, and the same way under plain `rasa run actions`.
"""
