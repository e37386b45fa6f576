# shellcheck shell=bash
# Sourced by bin/test and bin/ci: the same settings on every machine, whatever the shell and .env say.
while IFS= read -r name; do unset "$name"; done < <(
    [ ! -f .env.example ] || sed -n 's/^#\{0,1\} *\([A-Z][A-Z0-9_]*\)=.*/\1/p' .env.example
)
export ENV_FILE=/dev/null
export SECRET_KEY=only-for-tests-only-for-tests-only-for-tests-only-for-tests-0123456789
# As in .env: pages are tested without TLS and without collected static files. Django's test runner switches DEBUG itself off.
export DEBUG=on
export CACHE_URL=locmemcache:// EMAIL_URL=memorymail://
