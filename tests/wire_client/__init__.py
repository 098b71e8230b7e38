"""A program that drives the portal, written from the wire contract alone; it never imports the project."""
