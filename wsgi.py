"""The WSGI entry point: `gunicorn wsgi:app`, and where the flask command finds the site."""

import gc

from tracker import create_app

# What the application consists of stays for good, and is not worth looking through for garbage;
# the rest is looked through now and then, as large imports make thousands of objects that stay.
gc.disable()
app = create_app()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
gc.enable()
