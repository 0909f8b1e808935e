"""What all channels that are sent to have in common: inbox, deliveries with states, windows, rendering, the runner."""
