"""The agents' desk over HTTP: queue and conversations live, what agents do, what supervisors see."""
