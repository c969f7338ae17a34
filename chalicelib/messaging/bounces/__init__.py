"""What a mail's carrier tells of an address: it takes no mail, or its owner called ours spam."""
