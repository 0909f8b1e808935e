"""The bank's app: the chat over REST, server-sent events or a WebSocket, with the bank's own sign-in."""
