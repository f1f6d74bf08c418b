package io.keeptrusts.gateway.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keeptrusts.gateway.testing.Ports;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of a Redis as the limiter needs, in the protocol RESP2: it knows the scripts by their
 * text and does what they say, but for time: nothing drains and no lease ends. It can fall silent,
 * say errors, be stopped with its memory lost or kept, and come back at the same port.
 */
final class FakeRedis implements AutoCloseable {
  private final int port = Ports.free();
  private final Set<String> loaded = new HashSet<>();
  private final Map<String, Integer> requests = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private final Map<String, Set<String>> slots = new HashMap<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  private volatile String error = "";
  private final AtomicInteger connections = new AtomicInteger();
  private volatile ServerSocket server = listen(port);

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Takes what comes, and answers nothing. */
  void silent(boolean now) {
    silent = now;
  }

  /** Answers scripts with this; empty: as they should be. */
  void error(String now) {
    error = now;
  }

  void stop() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startAgain() {
    server = listen(port);
  }

  synchronized void forgetAll() {
    loaded.clear();
    requests.clear();
    tokens.clear();
    slots.clear();
  }

  synchronized int slots() {
    return slots.values().stream().mapToInt(Set::size).sum();
  }

  synchronized long tokens() {
    return tokens.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized int requests() {
    return requests.values().stream().mapToInt(Integer::intValue).sum();
  }

  int connections() {
    return connections.get();
  }

  private ServerSocket listen(int at) {
    try {
      ServerSocket listening = new ServerSocket(at, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> accept(listening));
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket on) {
    try {
      while (true) {
        Socket socket = on.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // stopped
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        List<String> command = command(in);
        if (!silent) {
          out.write(answer(command).getBytes(UTF_8));
          out.flush();
        }
      }
    } catch (IOException closed) {
      // the other side or a stop
    }
  }

  private static List<String> command(InputStream in) throws IOException {
    int size = Integer.parseInt(line(in).substring(1));
    List<String> words = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int length = Integer.parseInt(line(in).substring(1));
      words.add(new String(in.readNBytes(length), UTF_8));
      in.skipNBytes(2);
    }
    return words;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("end");
      }
      line.append((char) c);
    }
    in.skipNBytes(1);
    return line.toString();
  }

  private synchronized String answer(List<String> command) {
    String name = command.getFirst().toUpperCase(java.util.Locale.ROOT);
    if (!name.startsWith("EVAL")) {
      return name.equals("HELLO") ? "*0\r\n" : "+OK\r\n";
    }
    if (!error.isEmpty()) {
      return "-" + error + "\r\n";
    }
    String script = command.get(1);
    if (name.equals("EVALSHA") && !loaded.contains(script)) {
      return "-NOSCRIPT No matching script. Please use EVAL.\r\n";
    }
    int count = Integer.parseInt(command.get(2));
    List<String> keys = command.subList(3, 3 + count);
    List<String> arguments = command.subList(3 + count, command.size());
    for (var known : List.of(RedisScripts.RESERVE, RedisScripts.SETTLE, RedisScripts.RENEW)) {
      if (script.equals(known.source()) || script.equals(known.sha1())) {
        loaded.add(known.sha1());
        return known.equals(RedisScripts.RESERVE)
            ? reserve(keys, arguments)
            : known.equals(RedisScripts.SETTLE) ? settle(keys, arguments) : renew(keys, arguments);
      }
    }
    return "-ERR another script\r\n";
  }

  private String reserve(List<String> keys, List<String> arguments) {
    int by = 0;
    int measure = 0;
    int subjects = keys.size() / 2;
    for (int i = 0; i < subjects && by == 0; i++) {
      long rpm = Long.parseLong(arguments.get(2 + 3 * i));
      long tpm = Long.parseLong(arguments.get(3 + 3 * i));
      long parallel = Long.parseLong(arguments.get(4 + 3 * i));
      measure =
          parallel > 0 && held(keys.get(2 * i + 1)).size() >= parallel
              ? 1
              : rpm > 0 && requests.getOrDefault(keys.get(2 * i), 0) >= rpm
                  ? 2
                  : tpm > 0 && tokens.getOrDefault(keys.get(2 * i), 0L) >= tpm ? 3 : 0;
      by = measure > 0 ? i + 1 : 0;
    }
    StringBuilder reply = new StringBuilder("*" + (2 + 3 * subjects) + "\r\n");
    reply.append(":").append(by).append("\r\n:").append(measure).append("\r\n");
    for (int i = 0; i < subjects; i++) {
      if (by == 0) {
        requests.merge(keys.get(2 * i), 1, Integer::sum);
        held(keys.get(2 * i + 1)).add(arguments.getFirst());
      }
      reply.append(bulk(requests.getOrDefault(keys.get(2 * i), 0).toString()));
      reply.append(bulk(tokens.getOrDefault(keys.get(2 * i), 0L).toString()));
      reply.append(":").append(held(keys.get(2 * i + 1)).size()).append("\r\n");
    }
    return reply.toString();
  }

  private String settle(List<String> keys, List<String> arguments) {
    for (int i = 0; i < keys.size() / 2; i++) {
      if (held(keys.get(2 * i + 1)).remove(arguments.getFirst())) {
        tokens.merge(keys.get(2 * i), Long.parseLong(arguments.get(1)), Long::sum);
      }
    }
    return "*0\r\n";
  }

  private String renew(List<String> keys, List<String> arguments) {
    keys.forEach(key -> held(key).add(arguments.getFirst()));
    return "*0\r\n";
  }

  private Set<String> held(String key) {
    return slots.computeIfAbsent(key, name -> new HashSet<>());
  }

  private static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  @Override
  public void close() {
    stop();
  }
}
