"""How a person says no to marketing by a link, without anybody's help."""
