"""An event as sellers' systems read it: one JSON text, for webhooks and for the API alike.

The database writes it, because there it is made in the statement that writes the event. It holds
ids, the order's number and reference, and `Event.data`: no name, address or typed text.
"""

# Of an event `e` and its order `o`; `at` is the SQL of its moment.
PAYLOAD = """json_build_object(
    'type', e.kind,
    'timestamp', to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'data', json_build_object(
      'event', e.id, 'order', o.id, 'number', o.number, 'reference', o.reference,
      'subject', e.subject_id, 'details', e.data))::text"""
