"""Stand-ins for other companies' servers: real HTTP on loopback, as strict as the real ones, and able to misbehave."""
