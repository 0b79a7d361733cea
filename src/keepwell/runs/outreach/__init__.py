"""What journeys do: whom live runs of scores set off, how far accounts under way have come, and what is done for them."""
