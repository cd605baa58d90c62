"""Many orders for measurements: stories told once by the real actions, and copied by COPY.

`stories` plays a few weeks of a small warehouse in a transaction that is rolled back, `reading`
turns the rows of each order into text with blanks, `stamping` fills the blanks once an order, and
`writing` brings the text into the tables.
"""
