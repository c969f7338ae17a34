"""Site forms that ask for a specialist: client, ticket, held slots and ranked matches in one transaction."""
