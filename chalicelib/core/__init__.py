"""The kit: everything a package needs to take a request, decide once and speak. It knows no domain."""
