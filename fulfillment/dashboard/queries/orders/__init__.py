"""What the list of orders and the page of one order show: filters, views, bulk acts, parts."""
