"""What a deployment needs of a design: its table as a template's resource, its least rights.

Reads designs, plans and steps; sends nothing.
"""
