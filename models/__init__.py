"""Trained weights that ship with Dateline, and the scripts that made them."""
