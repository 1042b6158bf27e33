"""Commands behind the Makefile; none of them is part of the running application."""
