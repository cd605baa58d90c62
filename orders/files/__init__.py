"""Files in and out, CSV and XLSX: upload, columns, check, commit in batches; above all rooms."""
