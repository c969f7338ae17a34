"""Bitrix24, REST by an inbound webhook: leads of a portal."""
