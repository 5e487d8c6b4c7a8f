"""The to-do API: its models and routes, for whatever carries them."""
