"""The JSON payload of an event: SQL, the same for webhooks and for the API.

The database builds it, so that the statement which writes the rows needs no round trip. It holds
ids, the order's number and reference, and `Event.data`: no name, address or typed text.
"""

# Of an event `e` and its order `o`; `at` is the SQL of its moment. Joined by hand, because
# json_build_object puts spaces where no other program does.
PAYLOAD = """'{{"type":' || to_json(e.kind)
    || ',"timestamp":"' || to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","data":{{"event":"' || e.id || '","order":"' || o.id
    || '","number":' || to_json(o.number) || ',"reference":' || to_json(o.reference)
    || ',"subject":' || coalesce(to_json(e.subject_id)::text, 'null')
    || ',"details":' || e.data || '}}}}'"""
