"""The web channel: chat by HTTP POST up and server-sent events down, sessions, limits, problem documents, pages."""
