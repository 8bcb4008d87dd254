"""The parts that all games share: compiling, random streams, configs, rewards, and worlds in memory."""
