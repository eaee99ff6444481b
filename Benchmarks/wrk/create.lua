-- Creates restore sessions with one artifact each, of a point that is there.
dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "get.lua")
local points = tonumber(os.getenv("POINTS") or "1000")
function request()
    local number = math.random(1, points)
    -- The ids that Benchmarks/api gives its points: the number as a UUID of version 4.
    local id = string.format("00000000-0000-4000-8000-%012x", number)
    local body = '{"driveRestoreArtifacts":[{"restorePoint":{"id":"' .. id .. '"},"destinationType":"new"}]}'
    return wrk.format("POST", nil, nil, body)
end
