"""What every game stands on: compiling, random streams, configs, rewards, and the worlds in memory."""
