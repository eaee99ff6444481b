-- Counts the answers that are no success.
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) failed = 0 end
function response(status, headers, body) if status >= 300 then failed = failed + 1 end end
function done(summary, latency, requests)
    local sum = 0
    for _, thread in ipairs(threads) do sum = sum + thread:get("failed") end
    print("failed answers: " .. sum)
end
