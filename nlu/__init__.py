"""Text to meaning: phrases, values and names become readings of a turn, and one arbiter picks among them."""
