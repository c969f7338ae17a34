"""What clients write to us from the Mini App."""
