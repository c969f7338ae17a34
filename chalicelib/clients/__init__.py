"""The one client base: who a person is, by which signs we know them, what they agreed to."""
