"""Supabase's database webhooks."""
