package io.keeptrusts.gateway.policy.kind.injection;

/** The hash of features; weights are only good for the hash they were trained with. */
final class Hashing {
  private Hashing() {}

  static int mix(int a, int b) {
    int h = a * 0x9E3779B1 ^ Integer.rotateLeft(b, 15) * 0x85EBCA77;
    h = (h ^ h >>> 15) * 0x2C1B3C6D;
    h = (h ^ h >>> 12) * 0x297A2D39;
    return h ^ h >>> 15;
  }

  static int of(String text, int from, int to) {
    int h = 0x811C9DC5;
    for (int i = from; i < to; i++) {
      h = (h ^ text.charAt(i)) * 0x01000193;
    }
    return h;
  }
}
