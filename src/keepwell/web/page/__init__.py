"""What all pages share: their frame, style, and the pieces that charts are drawn from."""
