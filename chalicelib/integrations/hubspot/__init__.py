"""HubSpot, CRM v3: contacts of an account."""
