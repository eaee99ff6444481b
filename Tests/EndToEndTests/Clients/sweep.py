"""Calls every request builder of the SDK under solutions.backup_restore and compares with the contract.

Usage: sweep.py <version: v1.0|beta> <base url> <token of a person> <operations.json>

The builders are found by looking at them, so that a new SDK brings its new ones along. Prints, as its last line, JSON:
calls by outcome, and `faults`: what was not as operations.json says.
"""
import asyncio
import collections
import importlib
import inspect
import json
import pathlib
import re
import sys

from graph_client import client, model

VERSION, BASE, TOKEN, OPERATIONS = sys.argv[1:5]
UNKNOWN = "00000000-0000-4000-8000-00000000dead"
CONTRACT = {(entry["path"], entry["method"]): entry for entry in json.load(open(OPERATIONS)) if VERSION in entry["versions"]}
GRAPH, ADAPTER = client(VERSION, BASE, TOKEN)


def path_of(info):
    """The SDK's template as operations.json writes it."""
    template = info.url_template.replace("{+baseurl}", "")
    return re.sub(r"\{\?[^}]*\}", "", template).replace("%2D", "-").replace("%24", "$")


def builders(builder):
    """The builders one step further: properties, and functions with arguments that make builders (`by_…_id`, `…_with_…`)."""
    for name, member in inspect.getmembers(type(builder)):
        if name.startswith("_") or name == "with_url":
            continue
        if isinstance(member, property):
            yield name, getattr(builder, name), None
        elif inspect.isfunction(member) and not inspect.iscoroutinefunction(member) and not name.startswith("to_"):
            parameters = list(inspect.signature(member).parameters)[1:]
            yield name, member, parameters


async def existing_id(builder):
    """The id of something in a collection, or one that nothing has."""
    if "get" not in dir(builder):
        return UNKNOWN
    try:
        found = await builder.get(request_configuration=configuration(builder))
        return found.value[0].id if found.value else UNKNOWN
    except Exception:
        return UNKNOWN


def configuration(builder):
    """Restore points are listed for a unit and a period only."""
    if type(builder).__name__ != "RestorePointsRequestBuilder":
        return None
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    parameters = type(builder).RestorePointsRequestBuilderGetQueryParameters(
        expand=["protectionUnit($filter=status eq 'protected')"], filter="protectionDateTime lt 2100-01-01T00:00:00Z")
    return RequestConfiguration(query_parameters=parameters)


class Sweep:
    def __init__(self):
        self.outcomes, self.faults, self.called, self.builders = collections.Counter(), [], set(), set()

    async def walk(self, builder, depth=0):
        self.builders.add(type(builder))
        await self.call_all(builder)
        for name, child, parameters in list(builders(builder)):
            if parameters is None:
                await self.walk(child, depth + 1)
            elif len(parameters) == 1:
                key = await existing_id(builder) if name.startswith("by_") else UNKNOWN
                await self.walk(child(builder, key), depth + 1)

    async def call_all(self, builder):
        for method in ("get", "post", "patch", "delete"):
            if not inspect.iscoroutinefunction(getattr(type(builder), method, None)):
                continue
            to_info = getattr(builder, f"to_{method}_request_information")
            needs_body = "body" in inspect.signature(getattr(builder, method)).parameters
            body = self.body(builder, method) if needs_body else None
            info = to_info(body) if needs_body else to_info()
            await self.call(builder, method, body, needs_body, path_of(info))

    def body(self, builder, method):
        """An empty value of the class that the builder takes."""
        annotation = inspect.signature(getattr(builder, method)).parameters["body"].annotation
        module = inspect.getmodule(type(builder))
        if isinstance(annotation, str) and annotation.endswith("PostRequestBody"):
            folder = module.__name__.rsplit(".", 1)[0]
            snake = "".join("_" + c.lower() if c.isupper() else c for c in annotation[0].lower() + annotation[1:])
            return getattr(__import__(f"{folder}.{snake}", fromlist=[annotation]), annotation)()
        return model(VERSION, annotation)()

    async def call(self, builder, method, body, needs_body, path):
        entry = CONTRACT.get((path, method.upper()))
        self.called.add((path, method.upper()))
        target = builder
        # What changes something is asked of things that are not there, so that the sweep finds the same state throughout.
        if method != "get":
            target = type(builder)(builder.request_adapter, {
                key: value if key in ("baseurl", "request-raw-url") else UNKNOWN for key, value in builder.path_parameters.items()})
        try:
            if needs_body:
                result = await getattr(target, method)(body)
            elif method == "get":
                result = await target.get(request_configuration=configuration(builder))
            else:
                result = await getattr(target, method)()
            self.outcomes["answered"] += 1
            self.check_answer(entry, method, path, result)
        except Exception as error:
            self.check_refusal(entry, method, path, error)

    def check_answer(self, entry, method, path, result):
        if entry is None or entry["implement"].startswith("reject"):
            return self.fault(method, path, f"answered, which the contract refuses: {type(result).__name__}")
        wanted = entry["response"]
        if method == "delete" or wanted is None:
            return
        if entry["kind"] == "count":
            if not isinstance(result, int):
                self.fault(method, path, f"{type(result).__name__} is no number")
            return
        match = re.fullmatch(r"Collection\((\w+)\)", wanted)
        element = model(VERSION, match.group(1) if match else wanted)
        values = result.value if match else [result]
        for value in values:
            if not isinstance(value, element):
                self.fault(method, path, f"{type(value).__name__} is no {element.__name__}")
        if values and match and re.search("Base$", element.__name__) and type(values[0]) is element:
            self.fault(method, path, f"an entry came back as the base class {element.__name__}")

    def check_refusal(self, entry, method, path, error):
        status, detail = getattr(error, "response_status_code", None), getattr(error, "error", None)
        if status is None or detail is None or not detail.code or not detail.message:
            return self.fault(method, path, f"no error of Graph: {type(error).__name__} {str(error)[:200]}")
        if "not found for the segment" in detail.message or (status == 405 and entry and not entry["implement"].startswith("reject")):
            self.outcomes["not implemented"] += 1
            return self.fault(method, path, "not implemented")
        self.outcomes[f"refused with {status}"] += 1
        if status >= 500 and status != 501:
            self.fault(method, path, f"{status} {detail.code} {detail.message}")
        refuses = entry is None or entry["implement"].startswith("reject")
        if refuses and entry and entry["implement"] == "reject405" and status != 405:
            self.fault(method, path, f"{status} instead of 405")

    def fault(self, method, path, text):
        self.faults.append(f"{method.upper()} {path.removeprefix('/solutions/backupRestore')}: {text}")


def all_builders(root):
    """Every class of request builder in the SDK's package of the surface, found in its files and not by walking from the root."""
    package = type(root).__module__.rsplit(".", 1)[0]
    folder = pathlib.Path(inspect.getfile(type(root))).parent
    found = set()
    for file in folder.rglob("*_request_builder.py"):
        module = importlib.import_module(".".join([package, *file.relative_to(folder).with_suffix("").parts]))
        found |= {
            kind for name, kind in inspect.getmembers(module, inspect.isclass)
            if name.endswith("RequestBuilder") and kind.__module__ == module.__name__}
    return found


async def pages(graph):
    """PageIterator visits every unit, one by one, although a page holds one."""
    from msgraph_core.tasks.page_iterator import PageIterator
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    builder = graph.solutions.backup_restore.drive_protection_units
    everything = await builder.get()
    first = await builder.get(request_configuration=RequestConfiguration(
        query_parameters=type(builder).DriveProtectionUnitsRequestBuilderGetQueryParameters(top=1)))
    seen = []

    def visit(item):
        seen.append(item.id if hasattr(item, "id") else item["id"])
        return True

    await PageIterator(first, ADAPTER).iterate(visit)
    return [unit.id for unit in everything.value], seen


async def batch(graph):
    """The SDK's batch: two requests, the second after the first."""
    from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
    from msgraph_core.requests.batch_request_content import BatchRequestContent
    from msgraph_core.requests.batch_request_item import BatchRequestItem
    backup = graph.solutions.backup_restore
    first = BatchRequestItem(request_information=backup.to_get_request_information())
    second = BatchRequestItem(request_information=backup.drive_protection_units.to_get_request_information())
    second.set_depends_on([first])
    content = BatchRequestContent()
    content.add_request(first.id, first)
    content.add_request(second.id, second)
    answer = await BatchRequestBuilder(ADAPTER, {"XXX": model_error()}).post(content)
    # The SDK (msgraph-core 1.5) takes the bodies of batch answers for base 64 text and gives none where they are JSON, as Graph sends them.
    return {"ids": sorted(answer.responses) == sorted([first.id, second.id]), "statuses": sorted(answer.get_response_status_codes().values())}


def model_error():
    from importlib import import_module
    from graph_client import package
    return import_module(f"{package(VERSION)}.generated.models.o_data_errors.o_data_error").ODataError


async def main():
    sweep = Sweep()
    await sweep.walk(GRAPH.solutions.backup_restore)
    everything, seen = await pages(GRAPH)
    known = all_builders(GRAPH.solutions.backup_restore)
    built = {key for key, entry in CONTRACT.items() if "sdk" in entry["source"]}
    print(json.dumps({
        "calls": len(sweep.called), "outcomes": dict(sweep.outcomes), "faults": sorted(set(sweep.faults)),
        "builders": len(known), "unvisited": sorted(kind.__name__ for kind in known ^ sweep.builders),
        "uncalled": sorted(f"{method} {path}" for path, method in built - sweep.called),
        "units": len(everything), "pagesMatch": everything == seen, "batch": await batch(GRAPH),
    }))


asyncio.run(main())
