"""The domain of NPCs' memories, the embedding endpoint, and who may reach which part of them."""

import json

import pytest
from bodybroker.adapters.memory_index import INDEX


@pytest.fixture
def domain(app):
    (domain,) = app.all("OpenSearchService::Domain")
    return domain


def test_the_domain_is_encrypted_spread_over_zones_and_speaks_tls_only(domain):
    assert domain["EncryptionAtRestOptions"]["Enabled"] and domain["NodeToNodeEncryptionOptions"]["Enabled"]
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"].startswith("Policy-Min-TLS-1-2")
    assert domain["ClusterConfig"]["ZoneAwarenessEnabled"] is True
    assert domain["ClusterConfig"]["InstanceCount"] % 2 == 0


def test_only_signed_requests_of_our_own_roles_are_answered_index_by_index(domain):
    (statement,) = domain["AccessPolicies"]["Statement"]
    assert statement["Effect"] == "Allow" and set(statement["Principal"]) == {"AWS"}
    assert "*" not in json.dumps(statement["Principal"])
    assert statement["Condition"]["StringLike"]["aws:PrincipalArn"]
    # Otherwise a bulk request or a multi-search could name another index in its body than its path was allowed.
    assert domain["AdvancedOptions"] == {"rest.action.multi.allow_explicit_index": "false"}


def _search(app, name):
    role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
    found = {}
    for statement in app.statements(role):
        for action in statement.actions:
            if action.startswith("es:"):
                paths = [json.dumps(resource).rpartition("domain/")[2] for resource in statement.resources]
                found.setdefault(action, set()).update(path.partition("/")[2].rstrip('"]}') for path in paths)
    return found


def test_encounters_may_search_the_eraser_may_remove_and_one_function_may_write(app):
    assert _search(app, "encounters") == {"es:ESHttpPost": {f"{INDEX}/_msearch"}}
    removing = {f"{INDEX}/{path}" for path in ("_refresh", "_count", "_delete_by_query")}
    assert _search(app, "eraser") == {"es:ESHttpPost": removing}
    everything = {INDEX, f"{INDEX}/*"}
    written = _search(app, "memories")
    assert written == {"es:ESHttpGet": everything, "es:ESHttpPost": everything, "es:ESHttpPut": {INDEX}}
    others = app.functions().keys() - {"encounters", "eraser", "memories"}
    assert not [name for name in others if _search(app, name)]


def test_the_embedding_model_reaches_no_network_and_runs_on_cpus(app):
    (model,) = (one for one in app.all("SageMaker::Model") if one.stack == "Memory")
    assert model["EnableNetworkIsolation"] is True
    assert "-cpu-" in json.dumps(model["PrimaryContainer"]["Image"])
    (config,) = (one for one in app.all("SageMaker::EndpointConfig") if one.stack == "Memory")
    assert "InferenceAmiVersion" not in config["ProductionVariants"][0], "the host image for GPUs"


def test_functions_know_where_to_ask(app):
    for name in ("encounters", "memories"):
        variables = app.functions()[name]["Environment"]["Variables"]
        assert {"SEARCH_ENDPOINT", "EMBEDDING_ENDPOINT"} <= variables.keys(), name
    assert "SEARCH_ENDPOINT" in app.functions()["eraser"]["Environment"]["Variables"]
