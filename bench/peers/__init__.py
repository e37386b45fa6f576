"""Other trackers, filled with the same data and measured beside ITMS in the same run: bin/bench --beside."""
