"""gunicorn's settings for bin/run: what it says when it answers, and when it ends."""

import os
import signal

wsgi_app = "itms_site.wsgi"
worker_class = "gthread"
workers = 2
threads = 4
graceful_timeout = 10
limit_request_line = 8190  # the most that there is; a search of 2,000 letters takes twice its default
loglevel = "warning"
# Its default path is one per user, so two ITMS of one user would quarrel over it.
control_socket_disable = True


def when_ready(server):
    # A terminal that closes sends HUP. gunicorn would read its settings again, and live on unseen.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    print(f"bin/run: serving {os.environ['ITMS_ADDRESS']} (Ctrl-C ends it)", flush=True)
