"""What deals will bring in a period: a mean and an interval, what people make of it, and how wrong both were."""
