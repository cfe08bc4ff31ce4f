"""Validation against botocore's shapes."""

import pytest

from local_cloud.sagemaker.errors import ApiError
from local_cloud.sagemaker.shapes import coerce, project, service_model, validate


def shape(operation, service="sagemaker"):
    return service_model(service).operation_model(operation).input_shape


def complaint(operation, request, service="sagemaker"):
    with pytest.raises(ApiError) as caught:
        validate(shape(operation, service), request)
    return caught.value


VARIANT = {"VariantName": "all", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}


def config(**variant):
    return {"EndpointConfigName": "c", "ProductionVariants": [VARIANT | variant]}


def test_a_good_request_passes():
    validate(shape("CreateEndpointConfig"), config(InitialVariantWeight=1))


@pytest.mark.parametrize(
    ("request_", "constraint"),
    [
        ({}, "Value null at 'endpointConfigName' failed to satisfy constraint: Member must not be null"),
        (
            config(VariantName="-"),
            "at 'productionVariants.1.member.variantName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern",
        ),
        (config(VariantName="a" * 64), "Member must have length less than or equal to 63"),
        (config(InitialInstanceCount=0), "Member must have value greater than or equal to 1"),
        (config(InstanceType="ml.none"), "Member must satisfy enum value set: [ml."),
        ({"EndpointConfigName": "c", "ProductionVariants": []}, "Member must have length greater than or equal to 1"),
    ],
)
def test_each_constraint_is_checked(request_, constraint):
    error = complaint("CreateEndpointConfig", request_)
    assert error.code == "ValidationException"
    assert constraint in error.message


@pytest.mark.parametrize(
    "request_",
    [
        {"EndpointConfigName": 1},
        {"EndpointConfigName": "c", "ProductionVariants": {}},
        config(InitialInstanceCount=True),
        config(InitialInstanceCount="1"),
        config(InitialVariantWeight="heavy"),
    ],
)
def test_a_wrong_type_cannot_be_read(request_):
    assert complaint("CreateEndpointConfig", request_).code == "SerializationException"


def test_all_faults_are_counted():
    assert complaint("CreateEndpointConfig", {"EndpointConfigName": "!"}).message.startswith("2 validation errors")


def test_maps_are_checked_by_key_and_value():
    request = {"ModelName": "m", "PrimaryContainer": {"Environment": {"A": "x" * 1025}}}
    assert "length less than or equal to 1024" in complaint("CreateModel", request).message


def test_template_scalars_become_what_the_api_wants():
    template = config(InitialInstanceCount="2", InitialVariantWeight="0.5", EnableSSMAccess="true")
    (variant,) = coerce(shape("CreateEndpointConfig"), template)["ProductionVariants"]
    assert variant["InitialInstanceCount"] == 2
    assert variant["InitialVariantWeight"] == 0.5
    assert variant["EnableSSMAccess"] is True
    container = {"PrimaryContainer": {"Environment": {"DEBUG": True, "N": 3}}}
    assert coerce(shape("CreateModel"), container)["PrimaryContainer"]["Environment"] == {"DEBUG": "true", "N": "3"}


def test_unknown_properties_are_refused():
    with pytest.raises(ApiError, match=r"extraneous key \[Colour\]"):
        coerce(shape("CreateEndpointConfig"), config(Colour="red"))


def test_only_the_members_of_a_shape_are_shown():
    output = service_model("sagemaker").operation_model("DescribeModel").output_shape
    assert project(output, {"ModelName": "m", "Secret": 1, "VpcConfig": None}) == {"ModelName": "m"}
