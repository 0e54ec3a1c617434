-- All that is ever done to entries. The first line, put before these, names the epoch: the same
-- text with another name is another script, which a Redis that was restarted does not know.
--
-- An entry is 'V' epoch until profile, or 'L' epoch token while somebody counts. `until` has 16
-- digits, in microseconds. What belongs to another epoch is as good as not there.
local operation, token = ARGV[1], ARGV[2]
local value, lease = 'V' .. epoch, 'L' .. epoch

-- know: whoever can call this knows the epoch
if operation == 'know' then
    return 1
end

-- look token now lease_ms: for each key the entry, '+' for a lease, '-' if another has it
if operation == 'look' then
    local now, answers = ARGV[3], {}
    for i, entry in ipairs(redis.call('MGET', unpack(KEYS))) do
        local kind = entry and entry:sub(1, #value)
        if kind == value and entry:sub(#value + 1, #value + 16) > now then
            answers[i] = entry
        elseif kind == lease then
            answers[i] = '-'
        else
            redis.call('SET', KEYS[i], lease .. token, 'PX', ARGV[4])
            answers[i] = '+'
        end
    end
    return answers
end

-- fill token (ttl_ms entry)...: stores each entry whose lease is still there, or gives it back if
-- the entry is empty
if operation == 'fill' then
    local filled = 0
    for i, key in ipairs(KEYS) do
        if redis.call('GET', key) == lease .. token then
            local ttl_ms, entry = ARGV[2 * i + 1], ARGV[2 * i + 2]
            if entry == '' then
                redis.call('DEL', key)
            else
                redis.call('SET', key, value .. entry, 'PX', ttl_ms)
                filled = filled + 1
            end
        end
    end
    return filled
end

-- remove: entries and leases alike
return redis.call('DEL', unpack(KEYS))
