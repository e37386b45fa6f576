"""Backups: everything that the database holds, in one file that any of the three engines can be filled from.

tables.py     what belongs in it, and how a row is written so that every engine writes it alike
archive.py    the file: a manifest, and each table as JSON Lines
taking.py     database → file
restoring.py  file → empty database
"""
