"""What is earned: runs over a period, and accruals to take away."""
