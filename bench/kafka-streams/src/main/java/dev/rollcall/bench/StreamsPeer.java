package dev.rollcall.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A part of the job of Rollcall's folds, written for Kafka Streams: JSON actions in, counts per community and minute and
 * per community and hour out, last-active time per (community, member) kept as state.
 *
 * <p>Prints one JSON object of figures: CPU seconds are this process's, from the end of the prelude (or the first record)
 * to the end of the closing commit.
 */
public final class StreamsPeer {
  /** One action, as it is in the topic. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public static final class Action {
    public String community;
    public String member;
    public String kind;
    public long time;
    public String target;
    public String channel;
  }

  private static final ObjectReader JSON = new ObjectMapper().readerFor(Action.class);
  private static final OperatingSystemMXBean OS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final LongAdder DONE = new LongAdder();
  private static volatile Mark first;

  /** Wall and CPU time at one moment, both in nanoseconds. */
  private record Mark(long wall, long cpu) {
    static Mark now() {
      return new Mark(System.nanoTime(), OS.getProcessCpuTime());
    }
  }

  /** Keeps the latest time of each member of each community. */
  private static final class LastActive extends ContextualProcessor<String, Action, Void, Void> {
    private KeyValueStore<String, Long> store;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      store = context.getStateStore("members");
    }

    @Override
    public void process(Record<String, Action> record) {
      Action a = record.value();
      String key = a.community + '|' + a.member;
      Long last = store.get(key);
      if (last == null || a.time > last) {
        store.put(key, a.time);
      }
    }
  }

  private static Action parse(byte[] json) {
    if (!STARTED.get() && STARTED.compareAndSet(false, true)) {
      first = Mark.now();
    }
    try {
      return JSON.readValue(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Actions as they come: nothing on this way writes one. */
  private static final Serde<Action> ACTIONS =
      Serdes.serdeFrom((topic, a) -> new byte[0], (topic, json) -> parse(json));

  /**
   * Builds the job. With rekey the topic is keyed by community and member, so the counts need a repartition topic
   * (which carries an empty value: the count needs no more); without it the topic is keyed by community.
   */
  private static Topology topology(Map<String, String> o, Properties props) {
    boolean rekey = o.get("variant").equals("rekey");
    boolean memory = o.get("store").equals("memory");
    StreamsBuilder b = new StreamsBuilder();
    b.addStateStore(
        Stores.keyValueStoreBuilder(
                memory ? Stores.inMemoryKeyValueStore("members") : Stores.persistentKeyValueStore("members"),
                Serdes.String(),
                Serdes.Long())
            .withCachingEnabled());
    KStream<String, Action> actions =
        b.stream(
            o.get("topic"),
            Consumed.with(Serdes.String(), ACTIONS)
                .withTimestampExtractor((record, partitionTime) -> ((Action) record.value()).time));
    actions.process(LastActive::new, "members");
    KGroupedStream<String, ?> grouped;
    if (rekey) {
      byte[] nothing = new byte[0];
      grouped =
          actions
              .map((k, a) -> KeyValue.pair(a.community, nothing))
              .repartition(
                  Repartitioned.<String, byte[]>as("by-community").withKeySerde(Serdes.String())
                      .withValueSerde(Serdes.ByteArray()))
              .peek((k, v) -> DONE.increment())
              .groupByKey(Grouped.with(Serdes.String(), Serdes.ByteArray()));
    } else {
      // No serde for the value: nothing on this way writes one.
      grouped = actions.peek((k, v) -> DONE.increment()).groupByKey(Grouped.keySerde(Serdes.String()));
    }
    // A replay reads the partitions at different paces, so behind a repartition topic records arrive days out of
    // order: with a grace of one day two thirds of them are dropped as late. Without it each partition is in order.
    Duration grace = Duration.ofDays(rekey ? 8 : 1);
    count(grouped, "minute", Duration.ofMinutes(1), grace, o.get("out"));
    count(grouped, "hour", Duration.ofHours(1), grace, o.get("out"));
    return b.build(props);
  }

  private static <V> void count(
      KGroupedStream<String, V> grouped, String name, Duration size, Duration grace, String out) {
    grouped
        .windowedBy(TimeWindows.ofSizeAndGrace(size, grace))
        .count(Materialized.as(name))
        .toStream((w, n) -> name + '|' + w.key() + '|' + w.window().start())
        .mapValues((k, n) -> k + ' ' + n)
        .to(out, Produced.with(Serdes.String(), Serdes.String()));
  }

  private static Properties properties(Map<String, String> o) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, o.get("app"));
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, o.get("broker"));
    p.put(StreamsConfig.STATE_DIR_CONFIG, o.get("state"));
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, o.get("threads"));
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, o.get("guarantee"));
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    if (o.get("store").equals("memory")) {
      p.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
    }
    // Anything else, as it is called in Kafka's own documents: set.commit.interval.ms=1000
    o.forEach((k, v) -> { if (k.startsWith("set.")) p.put(k.substring(4), v); });
    return p;
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> o =
        new HashMap<>(
            Map.of(
                "broker", "127.0.0.1:19092", "topic", "actions", "out", "results", "threads", "1", "guarantee",
                "at_least_once", "variant", "keyed", "store", "memory", "events", "2000000", "prelude", "0"));
    for (String a : args) {
      String[] kv = a.split("=", 2);
      o.put(kv[0], kv[1]);
    }
    long events = Long.parseLong(o.get("events"));
    long prelude = Long.parseLong(o.get("prelude"));
    Properties props = properties(o);
    Topology topology = topology(o, props);
    if (o.containsKey("describe")) {
      System.out.println(topology.describe());
      return;
    }
    KafkaStreams streams = new KafkaStreams(topology, props);
    streams.setUncaughtExceptionHandler(
        e -> {
          e.printStackTrace();
          Runtime.getRuntime().halt(1);
          return null;
        });
    streams.start();
    Mark warm = null;
    long counted = 0;
    long deadline = System.nanoTime() + Duration.ofMinutes(30).toNanos();
    while (DONE.sum() < events) {
      if (warm == null && DONE.sum() >= prelude && first != null) {
        counted = DONE.sum();
        warm = Mark.now();
      }
      if (System.nanoTime() > deadline) {
        System.err.println("gave up at " + DONE.sum());
        Runtime.getRuntime().halt(1);
      }
      Thread.sleep(5);
    }
    double dropped =
        streams.metrics().entrySet().stream()
            .filter(e -> e.getKey().name().equals("dropped-records-total"))
            .mapToDouble(e -> (Double) e.getValue().metricValue())
            .sum();
    boolean closed = streams.close(Duration.ofSeconds(60));
    Mark end = Mark.now();
    System.out.printf(
        Locale.ROOT,
        "{\"events\":%d,\"wall_s\":%.3f,\"cpu_s\":%.3f,\"all_cpu_s\":%.3f,\"peak_rss\":%d,\"total\":%d,\"done\":%d,"
            + "\"extra\":{\"dropped\":%.0f,\"closed\":%d}}%n",
        events - counted, seconds(end.wall - warm.wall), seconds(end.cpu - warm.cpu), seconds(end.cpu - first.cpu),
        peakMemory(), events, DONE.sum(), dropped, closed ? 1 : 0);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private static long peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmHWM"))
        .findFirst()
        .map(l -> Long.parseLong(l.replaceAll("\\D+", "")) << 10)
        .orElse(0L);
  }
}
