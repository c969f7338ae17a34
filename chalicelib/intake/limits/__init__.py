"""What strangers may take: holds a person and an address, forms an address and minute; and what one contact asked for lately."""
