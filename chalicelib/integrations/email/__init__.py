"""Mails: as they are written, and the two ways they are carried, Amazon SES and an SMTP server."""
