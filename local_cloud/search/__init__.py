"""An OpenSearch-compatible search service on an embedded engine: tantivy for terms, numpy for exact nearest neighbours.

What a real OpenSearch domain does and this one does not is refused with 400 and OpenSearch's error shape.
"""
