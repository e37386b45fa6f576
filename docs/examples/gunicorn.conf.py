"""/etc/itms/gunicorn.conf.py: the processes that answer."""

import os
from pathlib import Path

wsgi_app = "itms_site.wsgi"
bind = "127.0.0.1:8000"
worker_class = "gthread"
# Requests wait for the database more than for the processor. Each thread may hold one connection:
# workers × threads + a few for commands must stay below max_connections of the database.
workers = 2 * (os.cpu_count() or 1) + 1
threads = 4
# A worker that says nothing for so long is ended. Longer than any wait inside: 20 s for a locked SQLite, 15 s for a
# database that does not answer; shorter than proxy_read_timeout of nginx, so that people read a page of ours.
timeout = 45
graceful_timeout = 30
keepalive = 65
# Each worker is replaced now and then, not all at once: no leak of a library grows for weeks.
max_requests, max_requests_jitter = 5000, 500
limit_request_line = 8190  # a search of 2,000 letters takes twice the default
# The access log is ITMS' own; here only what gunicorn itself has to say.
accesslog = None
errorlog = "-"
control_socket_disable = True

_counted = os.environ.get("METRICS_FOLDER")


def on_starting(server):
    for file in Path(_counted).glob("*.db") if _counted else ():  # what processes of the last start counted
        file.unlink()


def child_exit(server, worker):
    if _counted and any(Path(_counted).glob("*.db")):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid, _counted)
