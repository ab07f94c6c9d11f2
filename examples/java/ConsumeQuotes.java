import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads quotations with Apache Kafka's client and prints who said what.
 *
 * <p>Arguments: the broker's address, how many to read (default: no end), topic and consumer group.
 */
public final class ConsumeQuotes {
    public static void main(String[] arguments) throws Exception {
        String broker = arguments.length > 0 ? arguments[0] : "127.0.0.1:9092";
        long wanted = arguments.length > 1 ? Long.parseLong(arguments[1]) : Long.MAX_VALUE;
        String topic = arguments.length > 2 ? arguments[2] : "pages.quotes";
        String group = arguments.length > 3 ? arguments[3] : "example-java";
        Map<String, Object> options = Map.of(
                "bootstrap.servers", broker,
                "group.id", group,
                "auto.offset.reset", "earliest", // of a new group; it continues where it has stopped
                "enable.auto.commit", false,
                "isolation.level", "read_committed", // for kafka.processing_guarantee = "exactly_once"
                "key.deserializer", StringDeserializer.class.getName(),
                "value.deserializer", StringDeserializer.class.getName());
        ObjectMapper json = new ObjectMapper();
        long read = 0;
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(options)) {
            consumer.subscribe(List.of(topic));
            while (read < wanted) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (record.value() == null) {
                        System.out.println("gone: " + record.key()); // a tombstone: delete what has this key
                    } else {
                        JsonNode fact = json.readTree(record.value());
                        JsonNode quote = fact.get("quote");
                        // Write by key: a record may come again after a crash, with the same key.
                        System.out.println(quote.path("speaker").asText("?") + ": " + quote.get("quote").asText());
                    }
                    if (++read == wanted) {
                        return; // without a commit: what was read since the last one comes again
                    }
                }
                consumer.commitSync(); // only when the records are dealt with
            }
        }
    }

    private ConsumeQuotes() {}
}
