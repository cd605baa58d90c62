"""What a lead releases and looks at: waves, the board; may enter what waits and who walks."""
