"""What the owner says of the house itself: how points are earned, what it is called, where its clients come from."""
