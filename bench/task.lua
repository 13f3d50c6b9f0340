-- One task again and again (BENCH_TASK), or another each time out of BENCH_TASKS; BENCH_PATH goes in front.
local selection = "?selection=%7B%22annotators%22%3A%7B%22all%22%3Atrue%7D%7D"
local prefix = os.getenv("BENCH_PATH") or ""
local tasks, task = tonumber(os.getenv("BENCH_TASKS") or "1"), os.getenv("BENCH_TASK")
wrk.headers["Authorization"] = "Token " .. os.getenv("BENCH_KEY")
wrk.headers["If-None-Match"] = os.getenv("BENCH_ETAG")

function init(args)
    math.randomseed(tonumber(tostring({}):sub(8), 16) or os.time())
end

function request()
    if os.getenv("BENCH_URI") then return wrk.format("GET", os.getenv("BENCH_URI")) end
    return wrk.format("GET", prefix .. "/api/projects/1/tasks/" .. (task or math.random(tasks)) .. "/agreement-matrix" .. selection)
end
