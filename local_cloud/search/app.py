"""OpenSearch's HTTP API over the service."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import SearchError, illegal_argument, parsing
from .index import Batch, Index, Result
from .searching import count, delete_by_query, search
from .service import Body, Service, expectation, new_id, status_of
from .source_filter import source_filter

VERSION = "2.19.0"
"""The OpenSearch whose behaviour this service follows."""

_ALWAYS = {"pretty", "human", "error_trace", "timeout", "cluster_manager_timeout", "master_timeout"}
_WRITE = {"refresh", "if_seq_no", "if_primary_term", "wait_for_active_shards"}
_HEALTH = {"wait_for_status", "wait_for_no_relocating_shards", "wait_for_active_shards", "level", "local"}
_SEARCH = {"from", "size", "track_total_hits", "_source", "_source_includes", "_source_excludes"}

Handler = Callable[[Request], Awaitable[Response]]


class Api:
    """One handler per operation; each names the parameters that it takes, and refuses the others."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        """Every path that is served; the others are answered with 400, as OpenSearch does."""
        document = "/{index}/_doc/{id:path}"
        table: list[tuple[str, list[str], Handler]] = [
            ("/", ["GET"], self.root),
            ("/_cluster/health", ["GET"], self.health),
            ("/_cluster/health/{index}", ["GET"], self.health),
            ("/_bulk", ["POST", "PUT"], self.bulk),
            ("/_refresh", ["GET", "POST"], self.refresh),
            ("/{index}", ["PUT"], self.create_index),
            ("/{index}", ["GET"], self.get_index),
            ("/{index}", ["DELETE"], self.delete_index),
            ("/{index}/_mapping", ["GET"], self.get_mapping),
            ("/{index}/_mapping", ["PUT", "POST"], self.put_mapping),
            ("/{index}/_bulk", ["POST", "PUT"], self.bulk),
            ("/{index}/_refresh", ["GET", "POST"], self.refresh),
            ("/{index}/_search", ["GET", "POST"], self.search),
            ("/_msearch", ["GET", "POST"], self.multi_search),
            ("/{index}/_msearch", ["GET", "POST"], self.multi_search),
            ("/{index}/_count", ["GET", "POST"], self.count),
            ("/{index}/_delete_by_query", ["POST"], self.delete_by_query),
            ("/{index}/_doc", ["POST"], self.put_document),
            (document, ["PUT", "POST"], self.put_document),
            (document, ["GET"], self.get_document),
            (document, ["DELETE"], self.delete_document),
            ("/{index}/_create/{id:path}", ["PUT", "POST"], self.create_document),
            ("/{index}/_update/{id:path}", ["POST"], self.update_document),
            ("/{index}/_source/{id:path}", ["GET"], self.get_source),
        ]
        return [Route(path, handler, methods=methods) for path, methods, handler in table]

    def _index(self, request: Request) -> Index:
        return self._service.index(request.path_params["index"])

    async def root(self, request: Request) -> Response:
        _parameters(request)
        version = {"distribution": "opensearch", "number": VERSION, "minimum_wire_compatibility_version": "7.10.0"}
        return _json({"name": "local", "cluster_name": "local", "version": version, "tagline": "local"})

    async def health(self, request: Request) -> Response:
        _parameters(request, _HEALTH)
        count = 1 if "index" in request.path_params and self._index(request) else len(self._service.indices)
        shards = {"active_primary_shards": count, "active_shards": count, "relocating_shards": 0}
        nodes = {"number_of_nodes": 1, "number_of_data_nodes": 1, "discovered_cluster_manager": True}
        idle = {"initializing_shards": 0, "unassigned_shards": 0, "number_of_pending_tasks": 0}
        health = {"cluster_name": "local", "status": "green", "timed_out": False, **nodes, **shards, **idle}
        return _json({**health, "active_shards_percent_as_number": 100.0})

    async def create_index(self, request: Request) -> Response:
        _parameters(request, {"wait_for_active_shards"})
        name = request.path_params["index"]
        self._service.create(name, await _body(request))
        return _json({"acknowledged": True, "shards_acknowledged": True, "index": name})

    async def get_index(self, request: Request) -> Response:
        _parameters(request)
        index = self._index(request)
        return _json({index.name: index.describe()})

    async def delete_index(self, request: Request) -> Response:
        _parameters(request)
        self._service.delete(request.path_params["index"])
        return _json({"acknowledged": True})

    async def get_mapping(self, request: Request) -> Response:
        _parameters(request)
        index = self._index(request)
        return _json({index.name: {"mappings": index.mapping}})

    async def put_mapping(self, request: Request) -> Response:
        _parameters(request)
        index = self._index(request)
        index.put_mapping(index.engine.mapping.merged(await _body(request)))
        return _json({"acknowledged": True})

    async def refresh(self, request: Request) -> Response:
        _parameters(request)
        indices = [self._index(request)] if "index" in request.path_params else list(self._service.indices.values())
        for index in indices:
            index.engine.refresh()
        return _json({"_shards": {"total": len(indices), "successful": len(indices), "failed": 0}})

    async def put_document(self, request: Request) -> Response:
        parameters = _parameters(request, _WRITE | {"op_type"})
        if parameters.get("op_type", "index") not in ("index", "create"):
            raise illegal_argument(f"opType must be 'create' or 'index', found: [{parameters['op_type']}]")
        return await self._write(request, create=parameters.get("op_type") == "create")

    async def create_document(self, request: Request) -> Response:
        _parameters(request, _WRITE)
        return await self._write(request, create=True)

    async def _write(self, request: Request, create: bool) -> Response:
        index = self._service.writable(request.path_params["index"])
        source, id_ = await _body(request), request.path_params.get("id") or new_id()
        return self._commit(request, index, lambda batch, expected: batch.index(index, id_, source, create, expected))

    async def update_document(self, request: Request) -> Response:
        _parameters(request, _WRITE)
        index, body = self._index(request), await _body(request)
        id_ = request.path_params["id"]
        return self._commit(request, index, lambda batch, expected: batch.update(index, id_, body, expected))

    async def delete_document(self, request: Request) -> Response:
        _parameters(request, _WRITE)
        index, id_ = self._index(request), request.path_params["id"]
        return self._commit(request, index, lambda batch, expected: batch.delete(index, id_, expected))

    def _commit(
        self, request: Request, index: Index, write: Callable[[Batch, tuple[int, int] | None], Result]
    ) -> Response:
        parameters = request.query_params
        refresh = _refresh(request)
        batch = Batch(self._service.store)
        result = write(batch, expectation(parameters.get("if_seq_no"), parameters.get("if_primary_term")))
        batch.commit()
        if refresh:
            index.engine.refresh()
        return _json(result, status_of(result))

    async def get_document(self, request: Request) -> Response:
        _parameters(request, {"realtime", "_source", "_source_includes", "_source_excludes"})
        index, id_ = self._index(request), request.path_params["id"]
        record = index.records.get(id_)
        if record is None or record.source is None:
            return _json({"_index": index.name, "_id": id_, "found": False}, 404)
        found = {"_index": index.name, "_id": id_, "_version": record.version, "_seq_no": record.seq_no}
        kept = source_filter(_source_option(request))(record.source)
        source = {} if kept is None else {"_source": kept}
        return _json({**found, "_primary_term": 1, "found": True, **source})

    async def get_source(self, request: Request) -> Response:
        _parameters(request)
        index, id_ = self._index(request), request.path_params["id"]
        record = index.records.get(id_)
        if record is None or record.source is None:
            raise SearchError(404, "resource_not_found_exception", f"Document not found [{index.name}]/[{id_}]")
        return _json(record.source)

    async def bulk(self, request: Request) -> Response:
        _parameters(request, {"refresh", "wait_for_active_shards"})
        refresh, started = _refresh(request), time.monotonic()
        items, touched = self._service.bulk(await request.body(), request.path_params.get("index"))
        if refresh:
            for index in touched:
                index.engine.refresh()
        errors = any("error" in result for item in items for result in item.values())
        return _json({"took": int(1000 * (time.monotonic() - started)), "errors": errors, "items": items})

    async def search(self, request: Request) -> Response:
        parameters = _parameters(request, _SEARCH)
        body = await _body(request)
        for name in ("from", "size"):
            if name in parameters:
                body[name] = _number(name, parameters[name])
        if "track_total_hits" in parameters:
            body["track_total_hits"] = _tracked(parameters["track_total_hits"])
        if (option := _source_option(request)) is not None:
            body["_source"] = option
        return _json(search(self._index(request), body))

    async def multi_search(self, request: Request) -> Response:
        _parameters(request)
        started, answers = time.monotonic(), []
        for name, body in self._service.searches(await request.body(), request.path_params.get("index")):
            try:
                answers.append({**search(self._service.index(name), body), "status": 200})
            except SearchError as error:
                answers.append(error.body())
        return _json({"took": int(1000 * (time.monotonic() - started)), "responses": answers})

    async def count(self, request: Request) -> Response:
        _parameters(request)
        return _json(count(self._index(request), await _body(request)))

    async def delete_by_query(self, request: Request) -> Response:
        parameters = _parameters(request, {"refresh", "conflicts", "wait_for_completion"})
        if parameters.get("wait_for_completion", "true") != "true":
            raise illegal_argument("[wait_for_completion] must be true: there are no background tasks")
        refresh, index = _refresh(request), self._index(request)
        proceed = parameters.get("conflicts") == "proceed"
        result = delete_by_query(index, await _body(request), self._service.store, proceed)
        if refresh:
            index.engine.refresh()
        return _json(result)


def _parameters(request: Request, allowed: set[str] | None = None) -> dict[str, str]:
    parameters = dict(request.query_params)
    if unknown := sorted(parameters.keys() - _ALWAYS - (allowed or set())):
        raise illegal_argument(f"request [{request.url.path}] contains unrecognized parameter: [{unknown[0]}]")
    return parameters


def _refresh(request: Request) -> bool:
    value = request.query_params.get("refresh", "false")
    if value not in ("", "true", "false", "wait_for"):
        raise illegal_argument(f"Unknown value for refresh: [{value}].")
    return value != "false"


def _source_option(request: Request) -> Any:
    parameters = request.query_params
    includes, excludes = parameters.get("_source_includes"), parameters.get("_source_excludes")
    if includes or excludes:
        return {name: text.split(",") for name, text in (("includes", includes), ("excludes", excludes)) if text}
    option = parameters.get("_source")
    if option is None:
        return None
    return option == "true" if option in ("true", "false") else option.split(",")


def _tracked(text: str) -> bool | int:
    return text == "true" if text in ("true", "false") else _number("track_total_hits", text)


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise illegal_argument(f"Failed to parse int parameter [{name}] with value [{text}]") from error


async def _body(request: Request) -> Body:
    raw = await request.body()
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
        raw.decode()
    except (ValueError, RecursionError) as error:
        raise parsing(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise parsing("the body must be a JSON object")
    return body


def _json(body: Body, status: int = 200) -> Response:
    return JSONResponse(body, status)


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, SearchError)
    return _json(error.body(), error.status)


async def _broken(_: Request, error: Exception) -> Response:
    return _json(SearchError(500, "exception", type(error).__name__).body(), 500)


async def _no_handler(request: Request, _: Exception) -> Response:
    reason = f"no handler found for uri [{request.url.path}] and method [{request.method}]"
    return _json(illegal_argument(reason).body(), 400)


def application(service: Service) -> Starlette:
    """The ASGI application."""
    handlers = {SearchError: _failed, 404: _no_handler, 405: _no_handler, Exception: _broken}
    return Starlette(routes=Api(service).routes(), exception_handlers=handlers)
