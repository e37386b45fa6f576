#!/usr/bin/env python
"""Runs the management commands of ITMS. A mistake in the configuration is one sentence, not a traceback."""

import os
import sys

# Access denied, no such database, no server there, no such host: said before anything was done.
CANNOT_CONNECT = {1044, 1045, 1049, 2002, 2003, 2005}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings; Django would go on without them and stumble later
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"manage.py: {error}")
    except OperationalError as error:
        if "--traceback" in sys.argv or not (error.args[0] in CANNOT_CONNECT or "unable to open" in str(error)):
            raise
        sys.exit(f"manage.py: the database of DATABASE_URL cannot be used: {error}")


if __name__ == "__main__":
    main()
