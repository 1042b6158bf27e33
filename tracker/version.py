"""The version of the application: part of every cache key."""

VERSION = "0.1.0"
