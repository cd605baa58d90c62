"""What operators see of the running portal: ids of requests, metrics, traces."""
