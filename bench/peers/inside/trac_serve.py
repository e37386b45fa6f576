"""Trac for gunicorn, with its own basic authentication at /login (a cookie after that), as tracd has it."""

import os

from trac.web.auth import BasicAuthentication
from trac.web.main import dispatch_request
from trac.web.standalone import AuthenticationMiddleware

os.environ["TRAC_ENV"] = os.environ["PEER_HOME"]
people = BasicAuthentication(os.path.join(os.environ["PEER_HOME"], "htpasswd"), "trac")
application = AuthenticationMiddleware(dispatch_request, {"trac": people}, single_env_name="trac")
