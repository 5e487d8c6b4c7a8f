"""Nothing: what every interpreter costs."""
