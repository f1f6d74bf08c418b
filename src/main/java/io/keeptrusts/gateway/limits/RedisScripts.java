package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.wire.RedisLink.Script;

/**
 * What happens in Redis, each in one go, by the server's clock; needs Redis 5 or Valkey.
 *
 * <p>Each subject has two keys: a hash with what is used of requests and tokens ({@code r}, {@code
 * t}) and when that was so ({@code at}, in microseconds), and a sorted set with a slot for each
 * request at work, scored with the end of its lease. Both die when they say nothing any more. The
 * names of all keys hold the same hash tag, so that they lie on one node of a cluster.
 */
final class RedisScripts {
  private RedisScripts() {}

  private static final String CLOCK =
      """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local function level(used, at, limit)
        if limit == 0 then return 0 end
        return math.max(0, (tonumber(used) or 0) - math.max(0, now - (tonumber(at) or now)) * limit / 60000000)
      end
      local function save(key, requests, tokens, rpm, tpm)
        local drained = 0
        if rpm > 0 then drained = math.max(drained, requests / rpm) end
        if tpm > 0 then drained = math.max(drained, tokens / tpm) end
        redis.call('HSET', key, 'r', string.format('%.17g', requests), 't', string.format('%.17g', tokens),
            'at', string.format('%.0f', now))
        redis.call('PEXPIRE', key, string.format('%.0f', math.ceil(drained * 60000) + 1000))
      end
      """;

  /**
   * Keys: hash and slots of each subject. Arguments: the slot, its lease in ms, then rpm, tpm and
   * parallel of each subject. Returns which subject refuses, counted from 1, or 0; by which measure
   * (1 parallel, 2 requests, 3 tokens); then requests, tokens and parallel of each.
   */
  static final Script RESERVE =
      Script.of(
          CLOCK
              + """
              local by, measure, seen = 0, 0, {}
              for i = 1, #KEYS / 2 do
                local rpm, tpm, most = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
                local hash = redis.call('HMGET', KEYS[2 * i - 1], 'r', 't', 'at')
                redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', string.format('%.0f', now))
                local s = {r = level(hash[1], hash[3], rpm), t = level(hash[2], hash[3], tpm),
                    p = redis.call('ZCARD', KEYS[2 * i]), rpm = rpm, tpm = tpm}
                seen[i] = s
                if by == 0 then
                  if most > 0 and s.p + 1 > most then by, measure = i, 1
                  elseif rpm > 0 and s.r + 1 > rpm + 0.000001 then by, measure = i, 2
                  elseif tpm > 0 and s.t + 1 > tpm + 0.000001 then by, measure = i, 3
                  end
                end
              end
              local reply = {by, measure}
              for i, s in ipairs(seen) do
                if by == 0 then
                  if s.rpm > 0 then s.r = s.r + 1 end
                  s.p = s.p + 1
                  save(KEYS[2 * i - 1], s.r, s.t, s.rpm, s.tpm)
                  redis.call('ZADD', KEYS[2 * i], string.format('%.0f', now + ARGV[2] * 1000), ARGV[1])
                  redis.call('PEXPIRE', KEYS[2 * i], ARGV[2])
                end
                reply[#reply + 1] = string.format('%.17g', s.r)
                reply[#reply + 1] = string.format('%.17g', s.t)
                reply[#reply + 1] = s.p
              end
              return reply
              """);

  /**
   * Keys as above. Arguments: the slot, what it has cost in tokens, then rpm and tpm of each
   * subject. A slot that is gone was settled before, or its lease has ended: it costs nothing more.
   */
  static final Script SETTLE =
      Script.of(
          CLOCK
              + """
              for i = 1, #KEYS / 2 do
                local rpm, tpm, cost = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2]), tonumber(ARGV[2])
                if redis.call('ZREM', KEYS[2 * i], ARGV[1]) == 1 and tpm > 0 and cost > 0 then
                  local hash = redis.call('HMGET', KEYS[2 * i - 1], 'r', 't', 'at')
                  save(KEYS[2 * i - 1], level(hash[1], hash[3], rpm), level(hash[2], hash[3], tpm) + cost, rpm, tpm)
                end
              end
              return {}
              """);

  /** Keys: slots of each subject. Arguments: the slot, its lease in ms. */
  static final Script RENEW =
      Script.of(
          CLOCK
              + """
              for i = 1, #KEYS do
                redis.call('ZADD', KEYS[i], string.format('%.0f', now + ARGV[2] * 1000), ARGV[1])
                redis.call('PEXPIRE', KEYS[i], ARGV[2])
              end
              return {}
              """);
}
