package io.keeptrusts.gateway.limits;

import io.keeptrusts.gateway.limits.Limiter.Outcome.Granted;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Refused;
import io.keeptrusts.gateway.limits.Limiter.Outcome.Unknown;
import io.keeptrusts.gateway.wire.EventLoop;
import io.keeptrusts.gateway.wire.Network;
import io.keeptrusts.gateway.wire.RedisLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts in a Redis that replicas share: one round trip for a request and one when it is over. A
 * slot is a lease that is renewed while its request is at work, so that a replica that dies gives
 * its slots back, and a Redis that has lost its memory learns of them again. While Redis cannot be
 * asked, the other limiter is; without one nobody can say.
 */
final class RedisLimiter implements Limiter {
  static final Duration LEASE = Duration.ofSeconds(60);

  /** Of the names of all keys: one hash slot of a cluster. */
  private static final String PREFIX = "{keeptrusts:limits}:";

  private static final int RENEWALS_PER_LEASE = 3;

  private final RedisLink link;
  private final @Nullable Limiter meanwhile;
  private final Duration lease;
  private final String replica = UUID.randomUUID().toString();
  private final AtomicLong slots = new AtomicLong();
  private final Map<String, Slot> open = new ConcurrentHashMap<>();
  private EventLoop.@Nullable Timer renewal;

  /**
   * @param meanwhile asked while Redis is lost; null: nobody
   */
  RedisLimiter(
      Network network, RedisLink.Settings settings, @Nullable Limiter meanwhile, Duration lease) {
    this.meanwhile = meanwhile;
    this.lease = lease;
    this.link = network.redis(settings);
    link.start(this::renew);
    link.loop()
        .execute(
            () -> renewal = link.loop().every(lease.toMillis() / RENEWALS_PER_LEASE, this::renew));
  }

  @Override
  public void reserve(List<Subject> subjects, Consumer<Outcome> then) {
    if (!link.isUp()) {
      askElsewhere(subjects, then);
      return;
    }
    Slot slot = new Slot(replica + ':' + slots.incrementAndGet(), subjects);
    link.run(
        RedisScripts.RESERVE,
        slot.keys(),
        slot.reservation(),
        reply -> {
          if (reply == null) {
            open.put(slot.id, slot);
            slot.settle(0); // it may have been taken all the same
            askElsewhere(subjects, then);
            return;
          }
          Outcome outcome = outcome(slot, reply);
          if (outcome instanceof Granted) {
            open.put(slot.id, slot);
          }
          then.accept(outcome);
        });
  }

  private void askElsewhere(List<Subject> subjects, Consumer<Outcome> then) {
    if (meanwhile == null) {
      then.accept(new Unknown());
    } else {
      meanwhile.reserve(subjects, then);
    }
  }

  private static Outcome outcome(Slot slot, List<String> reply) {
    List<Subject> subjects = slot.subjects;
    List<Used> used = new ArrayList<>(subjects.size());
    for (int i = 0; i < subjects.size(); i++) {
      used.add(
          new Used(
              Double.parseDouble(reply.get(2 + 3 * i)),
              Double.parseDouble(reply.get(3 + 3 * i)),
              Long.parseLong(reply.get(4 + 3 * i))));
    }
    int by = Integer.parseInt(reply.getFirst()) - 1;
    Standing standing = Standing.of(subjects, used);
    if (by < 0) {
      return new Granted(slot, standing);
    }
    Measure measure =
        switch (reply.get(1)) {
          case "1" -> Measure.PARALLEL;
          case "2" -> Measure.REQUESTS;
          default -> Measure.TOKENS;
        };
    Subject full = subjects.get(by);
    return new Refused(full, measure, used.get(by).wait(measure, full.limit()), standing);
  }

  /** Tells Redis which slots are still held, and what it has not heard of those that are not. */
  private void renew() {
    if (link.isUp()) {
      open.values().forEach(Slot::tell);
    }
  }

  @Override
  public Status status() {
    return new Status(
        meanwhile == null ? 0 : meanwhile.status().callers(), true, link.isUp(), link.failures());
  }

  /** One request, until Redis knows that it is over. */
  private final class Slot implements Permit {
    private static final long AT_WORK = -1;

    private final String id;
    private final List<Subject> subjects;
    private long cost = AT_WORK;

    private Slot(String id, List<Subject> subjects) {
      this.id = id;
      this.subjects = subjects;
    }

    @Override
    public synchronized void settle(long tokens) {
      if (cost == AT_WORK) {
        cost = Math.max(0, tokens);
        tell();
      }
    }

    /** One at a time: a slot that was given back must not be renewed after that. */
    private synchronized void tell() {
      if (cost == AT_WORK) {
        link.run(
            RedisScripts.RENEW,
            subjects.stream().map(Slot::slotsOf).toList(),
            List.of(id, Long.toString(lease.toMillis())),
            reply -> {});
      } else {
        link.run(
            RedisScripts.SETTLE,
            keys(),
            settlement(),
            reply -> {
              if (reply != null) {
                open.remove(id);
              }
            });
      }
    }

    private List<String> keys() {
      List<String> keys = new ArrayList<>();
      for (Subject subject : subjects) {
        keys.add(PREFIX + subject.key() + ":used");
        keys.add(slotsOf(subject));
      }
      return keys;
    }

    private static String slotsOf(Subject subject) {
      return PREFIX + subject.key() + ":slots";
    }

    private List<String> reservation() {
      List<String> arguments = new ArrayList<>(List.of(id, Long.toString(lease.toMillis())));
      for (Subject subject : subjects) {
        arguments.add(Long.toString(subject.limit().requests()));
        arguments.add(Long.toString(subject.limit().tokens()));
        arguments.add(Long.toString(subject.limit().parallel()));
      }
      return arguments;
    }

    private List<String> settlement() {
      List<String> arguments = new ArrayList<>(List.of(id, Long.toString(cost)));
      for (Subject subject : subjects) {
        arguments.add(Long.toString(subject.limit().requests()));
        arguments.add(Long.toString(subject.limit().tokens()));
      }
      return arguments;
    }
  }

  @Override
  public void close() {
    link.close();
    link.loop()
        .execute(
            () -> {
              if (renewal != null) {
                renewal.cancel();
              }
            });
    if (meanwhile != null) {
      meanwhile.close();
    }
  }
}
