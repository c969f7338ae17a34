"""Google by a service account: meetings in a calendar, rows in a spreadsheet."""
