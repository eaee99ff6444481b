"""Which answer belongs to which path. Files answers_<area>.py add theirs by `@route`, and their part of a world by `@part`."""
import functools
import re
import urllib.parse

from fake import Refusal

routes, parts = [], []


def route(method, pattern):
    """`{name}` is one part of the path: @route("GET", "/holdfast/v1.0/unitStates/{id}")."""
    expression = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(pattern)) + "$")

    def add(function):
        routes.append((method, expression, function))
        return function
    return add


def part(function):
    """A function of (world, name) that adds to a new world."""
    parts.append(function)
    return function


def make_world(name):
    world = {"name": name}
    for function in parts:
        function(world, name)
    return world


def answer_to(world, method, path, query, body):
    """(status, JSON or bytes). A function answers with JSON, or with (status, JSON)."""
    for wanted, expression, function in routes:
        found = expression.match(path)
        if wanted == method and found:
            answer = function(world, query=query, body=body, **found.groupdict())
            if isinstance(answer, dict) and (skip := answer.pop("_next", None)):
                rest = {f"${name}": value for name, value in query.items() if name not in ("skip", "skiptoken")}
                answer["@odata.nextLink"] = f"http://fake/portal/api{path}?{urllib.parse.urlencode({**rest, '$skiptoken': skip})}"
            return answer if isinstance(answer, tuple) else (204 if answer is None else 200, answer)
    raise Refusal(404, "Request_ResourceNotFound", f"There is nothing at {path}.")


def kept(function):
    """In the large world, the same question is answered once: what a page costs is measured, not this server."""
    answers = {}

    @functools.wraps(function)
    def ask(world, query, **more):
        if world["name"] != "large":
            return function(world, query=query, **more)
        key = (id(world), *sorted(query.items()))
        if key not in answers:
            answers[key] = function(world, query=query, **more)
        return dict(answers[key])
    return ask


def page(rows, query, search=("displayName", "email", "siteWebUrl")):
    """A page of a list with $search, $filter, $orderby, $skip, $top, $count."""
    if words := query.get("search", "").strip('"').lower().split():
        rows = [row for row in rows if all(any(word in str(row.get(name) or "").lower() for name in search) for word in words)]
    if text := query.get("filter"):
        rows = [row for row in rows if holds(row, text)]
    for order in reversed([order for order in query.get("orderby", "").split(",") if order]):
        name, _, way = order.strip().partition(" ")
        known = [row for row in rows if place(row, name) is not None]
        known.sort(key=lambda row: comparable(place(row, name)), reverse=way == "desc")
        rows = known + [row for row in rows if place(row, name) is None]
    skip, top = int(query.get("skip") or query.get("skiptoken") or 0), int(query.get("top", 100))
    answer = {"value": rows[skip:skip + top]}
    if skip + top < len(rows):
        answer["_next"] = skip + top
    if query.get("count") == "true":
        answer["@odata.count"] = len(rows)
    return answer


def comparable(value):
    return (0, float(value)) if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else (1, str(value).lower())


def place(row, path):
    for name in path.split("/"):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def holds(row, text):
    """'and' and 'or' of simple comparisons, which is what the portal asks."""
    if " or " in text:
        return any(holds(row, some.strip("() ")) for some in text.split(" or "))
    for term in text.split(" and "):
        term = term.strip()
        if found := re.fullmatch(r"\(?(\S+) in \((.*)\)\)?", term):
            if str(place(row, found[1])) not in [value.strip().strip("'") for value in found[2].split(",")]:
                return False
        elif found := re.fullmatch(r"contains\((\S+),\s*'(.*)'\)", term):
            if found[2].lower() not in str(place(row, found[1]) or "").lower():
                return False
        elif found := re.fullmatch(r"\(?(\S+) (eq|ne|ge|gt|le|lt) (.+?)\)?", term):
            value, wanted = place(row, found[1]), found[3].strip("'").replace("''", "'").replace(".000Z", "Z")
            value = None if value is None else str(value)
            wanted = None if wanted == "null" else wanted
            if found[2] in ("eq", "ne"):
                if (value == wanted) != (found[2] == "eq"):
                    return False
            elif value is None or not {"ge": value >= wanted, "gt": value > wanted, "le": value <= wanted, "lt": value < wanted}[found[2]]:
                return False
        else:
            raise Refusal(400, "BadRequest", f"This fake does not know the filter {term!r}.")
    return True
