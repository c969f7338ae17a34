"""What the old database's lost changes left behind: found by comparing, mended by the rules of changes that come."""
