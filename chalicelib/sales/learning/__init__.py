"""What became of leads, learned by the reasons of their scores: how likely one is to be won, said only where it is known better."""
