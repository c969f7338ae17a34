"""What can go wrong while leads are kept in step."""


class LinkRaced(Exception):
    """Another worker linked one of the two at this moment: decided anew from what now stands."""
