"""What is stored: tables, entities, keys, the questions they can be asked, and their checks."""
