namespace Latchkey.Gateway.Storage.Redis;

/// <summary>
/// The arithmetic of the counters on the server: one script a take, one a settlement, so that no other gateway comes between
/// looking and taking. <c>SlidingWindow</c> says the same in C#, and the tests hold both to it.
/// </summary>
/// <remarks>
/// A window is a string of packed integers: opened, last and cost of each slice, oldest first. A gauge is a sorted set of permits
/// by the end of their lease. Lua's numbers are doubles: moments in milliseconds and sums of tokens stay far below 2^53.
/// </remarks>
internal static class RedisScripts
{
    /// <summary>The server's clock: gateways needn't agree on the time.</summary>
    public const string ServerClock = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        """;

    private const string Windows = """

        local function read(key, window)
          local packed = redis.call('GET', key)
          local slices = packed and cmsgpack.unpack(packed) or {}
          local count = #slices
          local back = 0
          if count > 0 and slices[count - 1] > now then
            back = slices[count - 1] - now
          end
          local live, used = {}, 0
          for i = 1, count, 3 do
            local last = slices[i + 1] - back
            if last + window > now then
              live[#live + 1] = slices[i] - back
              live[#live + 1] = last
              live[#live + 1] = slices[i + 2]
              used = used + slices[i + 2]
            end
          end
          return live, used, back > 0
        end

        local function write(key, window, slices)
          local count = #slices
          if count == 0 then
            redis.call('DEL', key)
          else
            redis.call('SET', key, cmsgpack.pack(slices), 'PX', slices[count - 1] + window - now)
          end
        end

        local function add(slices, window, cost, fineness)
          local count = #slices
          if count > 0 and now - slices[count - 2] < math.ceil(window / fineness) then
            slices[count - 1] = now
            slices[count] = slices[count] + cost
          else
            slices[count + 1] = now
            slices[count + 2] = now
            slices[count + 3] = cost
          end
        end

        """;

    /// <summary>
    /// KEYS: epoch, then one an entry. ARGV: permit, lease, an epoch to begin, the gauges' retry, slices a window, then limit, cost
    /// and window (0: a gauge) an entry. Answers 1 or 0, the moment, the epoch, then remaining, reset and retry an entry.
    /// </summary>
    public const string Take = Windows + """
        local permit, lease, wait, fineness = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local epoch = redis.call('GET', KEYS[1])
        if not epoch then
          epoch = ARGV[3]
          redis.call('SET', KEYS[1], epoch)
        end

        local states, answer, granted = {}, {1, now, epoch}, true
        for i = 1, #KEYS - 1 do
          local key = KEYS[i + 1]
          local limit, cost, window = tonumber(ARGV[3 + i * 3]), tonumber(ARGV[4 + i * 3]), tonumber(ARGV[5 + i * 3])
          local used, reset, retry = 0, 0, 0
          if window == 0 then
            redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
            used = redis.call('ZCARD', key)
            reset = used > 0 and wait or 0
            retry = (used < limit or redis.call('ZSCORE', key, permit)) and 0 or wait
          else
            local slices, moved
            slices, used, moved = read(key, window)
            states[i] = slices
            if moved then
              write(key, window, slices)
            end
            local over = used + math.max(cost, 1) - limit
            for j = 1, #slices, 3 do
              if over > 0 then
                over = over - slices[j + 2]
                if over <= 0 then
                  retry = slices[j + 1] + window - now
                end
              end
              if slices[j + 2] > 0 then
                reset = slices[j + 1] + window - now
              end
            end
          end
          granted = granted and retry == 0
          answer[1 + i * 3] = math.max(0, limit - used)
          answer[2 + i * 3] = reset
          answer[3 + i * 3] = retry
        end

        if not granted then
          answer[1] = 0
          return answer
        end

        for i = 1, #KEYS - 1 do
          local key = KEYS[i + 1]
          local limit, cost, window = tonumber(ARGV[3 + i * 3]), tonumber(ARGV[4 + i * 3]), tonumber(ARGV[5 + i * 3])
          if window == 0 then
            redis.call('ZADD', key, now + lease, permit)
            redis.call('PEXPIRE', key, lease)
            answer[1 + i * 3] = math.max(0, limit - redis.call('ZCARD', key))
            answer[2 + i * 3] = wait
          elseif cost > 0 then
            add(states[i], window, cost, fineness)
            write(key, window, states[i])
            answer[1 + i * 3] = answer[1 + i * 3] - cost
            answer[2 + i * 3] = window
          end
        end
        return answer
        """;

    /// <summary>
    /// KEYS: one an entry. ARGV: permit, when it was granted, slices a window, then window (0: a gauge) and what was used beyond
    /// the reservation (less: negative) an entry.
    /// </summary>
    public const string Settle = Windows + """
        local permit, granted, fineness = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
        for i = 1, #KEYS do
          local window, delta = tonumber(ARGV[2 + i * 2]), tonumber(ARGV[3 + i * 2])
          if window == 0 then
            redis.call('ZREM', KEYS[i], permit)
          elseif delta ~= 0 then
            local slices = read(KEYS[i], window)
            if delta > 0 then
              add(slices, window, delta, fineness)
            else
              for j = 1, #slices, 3 do
                if slices[j] <= granted and granted <= slices[j + 1] then
                  slices[j + 2] = math.max(0, slices[j + 2] + delta)
                  break
                end
              end
            end
            write(KEYS[i], window, slices)
          end
        end
        return 1
        """;

    /// <summary>KEYS: gauges. ARGV: lease, then one permit a key. Puts back a slot that was lost, too.</summary>
    public const string Renew = """

        local lease = tonumber(ARGV[1])
        for i = 1, #KEYS do
          redis.call('ZADD', KEYS[i], now + lease, ARGV[i + 1])
          redis.call('PEXPIRE', KEYS[i], lease)
        end
        return 1
        """;

    /// <summary>KEYS: epoch. ARGV: an epoch to begin, if there is none. Answers the epoch. Sets it again, since what is read-only or full is no use.</summary>
    public const string Epoch = """
        local epoch = redis.call('GET', KEYS[1]) or ARGV[1]
        redis.call('SET', KEYS[1], epoch)
        return epoch
        """;
}
