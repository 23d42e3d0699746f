"""Where watch and lab write: the screen, the page, JSON Lines, the journal. Waits for terminals, browsers, pipes and disks."""
