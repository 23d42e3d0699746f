"""What a lab or a watch knows: sessions, announcements, what Microsoft's edge does with them, and what one sees of it. Pure."""
