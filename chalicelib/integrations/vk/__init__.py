"""VK: what a community says to people who let it."""
