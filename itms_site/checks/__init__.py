"""System checks: what is wrong with the settings or the database, said before anybody relies on it.

`manage.py check` asks about the settings, `check --database default` about the database as well, `check --deploy`
adds what concerns a system in use. `migrate` and bin/run ask about both before they begin.

    E001 W001  SECRET_KEY is short or a placeholder         E018 W018  InnoDB does not flush at each commit
         W002  DEBUG is on for other machines               E019 W019  the binary log is not flushed at each commit
    E003       no ALLOWED_HOSTS                             E020 W020  foreign keys or CHECK rules are switched off
         W004  cookies may travel unencrypted               E031       SQLite is too old
    E005       ATOMIC_REQUESTS                              E032 W032  no write-ahead log
    E011       the server is too old                        E033 W033  SQLite does not flush at each commit
    E012 W012  isolation is not READ COMMITTED              E034 W034  foreign keys are switched off
    E013 W013  the server takes wrong values                E035 W035  REPLACE walks around the triggers
    E014 W014  new tables are not InnoDB                    E041       triggers are missing
    E015       tables are not InnoDB                        E042       no right to create triggers
    E016 W016  the connection is not utf8mb4                I051       the cache is not shared
    E017       tables are not utf8mb4                       I052       mail goes to the console
                                                            I053       nobody says that a request came by TLS

Where two are given: a Warning under DEBUG, else an Error.
"""

from __future__ import annotations

from django.core.checks import Tags, register

from itms_site.checks import configuration, database


def register_all() -> None:
    register(configuration.check_settings, Tags.security)
    register(configuration.check_deployment, Tags.security, deploy=True)
    register(database.check_database, Tags.database)
