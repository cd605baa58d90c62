"""What reads codes on the floor."""
