"""What happens to an accepted order: status changes, counters, holds, cancelling, labels."""
