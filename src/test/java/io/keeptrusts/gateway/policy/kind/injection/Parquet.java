package io.keeptrusts.gateway.policy.kind.injection;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a column of a Parquet file: as much of the format as a small table of required or optional
 * strings and integers needs (data page v1, plain or dictionary encoding, no compression or
 * Snappy).
 */
final class Parquet {
  private static final int INT64 = 2;
  private static final int SNAPPY = 1;

  private final ByteBuffer file;

  private Parquet(ByteBuffer file) {
    this.file = file.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values of a column in order, strings or longs. */
  static List<Object> column(byte[] file, String name) {
    return new Parquet(ByteBuffer.wrap(file)).column(name);
  }

  private List<Object> column(String name) {
    int length = file.getInt(file.capacity() - 8);
    Map<Integer, Object> meta = struct(file.duplicate().position(file.capacity() - 8 - length));
    List<Object> values = new ArrayList<>();
    for (Object group : list(meta, 4)) {
      for (Object chunk : list(map(group), 1)) {
        Map<Integer, Object> column = map(map(chunk).get(3));
        if (list(column, 3).getLast().equals(name)) {
          chunk(column, values);
        }
      }
    }
    return values;
  }

  private void chunk(Map<Integer, Object> column, List<Object> values) {
    int type = number(column, 1);
    boolean snappy = number(column, 4) == SNAPPY;
    Object dictionaryAt = column.get(11);
    long at = dictionaryAt == null ? (Long) column.get(9) : (Long) dictionaryAt;
    int wanted = values.size() + number(column, 5);
    List<Object> dictionary = List.of();
    while (values.size() < wanted) {
      ByteBuffer in = file.duplicate().order(ByteOrder.LITTLE_ENDIAN).position((int) at);
      Map<Integer, Object> header = struct(in);
      byte[] bytes = new byte[number(header, 3)];
      in.get(bytes);
      at = in.position();
      ByteBuffer page =
          ByteBuffer.wrap(snappy ? unsnap(bytes) : bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (number(header, 1) == 2) {
        dictionary = plain(page, type, number(map(header.get(7)), 1));
      } else {
        data(page, type, map(header.get(5)), dictionary, values);
      }
    }
  }

  private static void data(
      ByteBuffer page,
      int type,
      Map<Integer, Object> header,
      List<Object> dictionary,
      List<Object> values) {
    int count = number(header, 1);
    int levels = page.getInt(); // an optional column: which values are there; all of them
    page.position(page.position() + levels);
    if (number(header, 2) == 0) {
      values.addAll(plain(page, type, count));
      return;
    }
    int width = page.get();
    int wanted = values.size() + count;
    while (values.size() < wanted) {
      int run = (int) varint(page);
      if ((run & 1) == 0) {
        int value = 0;
        for (int i = 0; i < (width + 7) / 8; i++) {
          value |= (page.get() & 0xFF) << 8 * i;
        }
        for (int i = 0; i < run >> 1; i++) {
          values.add(dictionary.get(value));
        }
      } else {
        long bits = 0;
        int have = 0;
        for (int i = 0; i < (run >> 1) * 8; i++) {
          while (have < width) {
            bits |= (page.get() & 0xFFL) << have;
            have += 8;
          }
          if (values.size() < wanted) {
            values.add(dictionary.get((int) (bits & (1L << width) - 1)));
          }
          bits >>>= width;
          have -= width;
        }
      }
    }
  }

  private static List<Object> plain(ByteBuffer page, int type, int count) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (type == INT64) {
        values.add(page.getLong());
      } else {
        byte[] text = new byte[page.getInt()];
        page.get(text);
        values.add(new String(text, StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  private static byte[] unsnap(byte[] packed) {
    ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    byte[] out = new byte[(int) varint(in)];
    int n = 0;
    while (in.hasRemaining()) {
      int tag = in.get() & 0xFF;
      if ((tag & 3) == 0) {
        int length = tag >> 2;
        if (length >= 60) {
          int bytes = length - 59;
          length = 0;
          for (int i = 0; i < bytes; i++) {
            length |= (in.get() & 0xFF) << 8 * i;
          }
        }
        in.get(out, n, length + 1);
        n += length + 1;
      } else {
        int length = (tag & 3) == 1 ? (tag >> 2 & 7) + 4 : (tag >> 2) + 1;
        int back =
            switch (tag & 3) {
              case 1 -> (tag >> 5) << 8 | in.get() & 0xFF;
              case 2 -> in.getShort() & 0xFFFF;
              default -> in.getInt();
            };
        for (int i = 0; i < length; i++, n++) {
          out[n] = out[n - back];
        }
      }
    }
    return out;
  }

  /** A struct of Thrift's compact protocol: its fields by number. */
  private static Map<Integer, Object> struct(ByteBuffer in) {
    Map<Integer, Object> fields = new HashMap<>();
    int id = 0;
    while (true) {
      int head = in.get() & 0xFF;
      if (head == 0) {
        return fields;
      }
      id = head >> 4 == 0 ? (int) zigzag(in) : id + (head >> 4);
      fields.put(id, value(in, head & 15));
    }
  }

  private static Object value(ByteBuffer in, int type) {
    return switch (type) {
      case 1 -> true;
      case 2 -> false;
      case 3 -> (long) in.get();
      case 4, 5, 6 -> zigzag(in);
      case 7 -> in.getDouble();
      case 8 -> {
        byte[] text = new byte[(int) varint(in)];
        in.get(text);
        yield new String(text, StandardCharsets.UTF_8);
      }
      case 9, 10 -> {
        int head = in.get() & 0xFF;
        int size = head >> 4 == 15 ? (int) varint(in) : head >> 4;
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add((head & 15) <= 2 ? (Object) (in.get() == 1) : value(in, head & 15));
        }
        yield list;
      }
      case 12 -> struct(in);
      default -> throw new IllegalArgumentException("no such type: " + type);
    };
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static long zigzag(ByteBuffer in) {
    long value = varint(in);
    return value >>> 1 ^ -(value & 1);
  }

  private static int number(Map<Integer, Object> struct, int field) {
    return ((Long) struct.get(field)).intValue();
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<Integer, Object> struct, int field) {
    return (List<Object>) struct.get(field);
  }

  @SuppressWarnings("unchecked")
  private static Map<Integer, Object> map(Object struct) {
    return (Map<Integer, Object>) struct;
  }
}
