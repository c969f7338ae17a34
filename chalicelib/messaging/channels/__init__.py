"""The ways by which a message leaves us: each a module that says where a person is reached there, and says it."""
