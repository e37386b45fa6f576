"""What ITMS costs, measured against a server in production mode. `bin/bench` runs it; nothing of ITMS imports it."""
