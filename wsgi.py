"""The WSGI entry point: `gunicorn wsgi:app`, and where the flask command finds the site."""

from tracker import create_app

app = create_app()
