"""1C's standard OData interface."""
