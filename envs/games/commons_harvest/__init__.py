"""Commons Harvest: apples that regrow only where apples remain."""
