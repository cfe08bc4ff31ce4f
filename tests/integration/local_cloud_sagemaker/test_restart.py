"""SIGKILL and restart: every acknowledged write is there, endpoints serve again, no process is left behind."""

from pathlib import Path


def test_an_endpoint_survives_kills_even_when_its_model_and_config_are_gone(own_cloud, lives, wait):
    cloud = own_cloud
    name = cloud.make_endpoint(cloud.make_config(cloud.make_model(Environment={"KEPT": "yes"})))
    before = cloud.describe_server(name)
    config = cloud.settled(name)["EndpointConfigName"]
    model = cloud.sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"][0]["ModelName"]
    cloud.sagemaker.delete_endpoint_config(EndpointConfigName=config)
    cloud.sagemaker.delete_model(ModelName=model)
    cloud.kill()
    wait(lambda: not lives(before["pid"]))

    cloud.start()
    assert cloud.settled(name)["EndpointStatus"] == "InService"
    after = cloud.describe_server(name)
    assert after["pid"] != before["pid"]
    assert after["environment"]["KEPT"] == "yes"
    assert after["directory"] == before["directory"]
    assert cloud.sagemaker.list_models(NameContains=model)["Models"] == []

    cloud.stop()
    assert not lives(after["pid"])
    assert Path(after["directory"]).exists()


def test_what_a_kill_cuts_off_is_finished(own_cloud, make_name, wait):
    cloud, created = own_cloud, make_name("endpoint")
    doomed, updated = cloud.make_endpoint(), cloud.make_endpoint()
    config = cloud.make_config(cloud.make_model(Environment={"VERSION": "2"}))
    cloud.sagemaker.delete_endpoint(EndpointName=doomed)
    cloud.sagemaker.create_endpoint(EndpointName=created, EndpointConfigName=config)
    cloud.sagemaker.update_endpoint(EndpointName=updated, EndpointConfigName=config)
    cloud.kill()

    cloud.start()
    assert cloud.settled(created)["EndpointStatus"] == "InService"
    wait(lambda: cloud.settled(updated)["EndpointConfigName"] == config)
    for name in (created, updated):
        assert cloud.describe_server(name)["environment"]["VERSION"] == "2"
    wait(lambda: not cloud.sagemaker.list_endpoints(NameContains=doomed)["Endpoints"])
    assert not (cloud.state_dir / "endpoints" / doomed).exists()
