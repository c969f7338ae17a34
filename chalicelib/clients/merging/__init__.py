"""By the office's hand: a contact is proven, two clients become one."""
