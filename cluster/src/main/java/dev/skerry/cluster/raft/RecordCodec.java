package dev.skerry.cluster.raft;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.commit.Fold;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records as bytes: CBOR (RFC 8949), each component by its name, each case of a sealed interface by its own where it is
 * a component. What is null is left out or null; a component that the reader does not know is an error. Safe for use by
 * many threads.
 */
public final class RecordCodec {
    private static final String CASE = "is";

    private final CBORMapper mapper = CBORMapper.builder()
            .annotationIntrospector(new SealedCases())
            .addModule(new SimpleModule()
                    .addSerializer(BlobPath.class, new PathWriter())
                    .addDeserializer(BlobPath.class, new PathReader())
                    .addSerializer(Fold.class, new FoldWriter())
                    .addDeserializer(Fold.class, new FoldReader())
                    .addSerializer(Instant.class, new InstantWriter())
                    .addDeserializer(Instant.class, new InstantReader()))
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .build();

    /** The bytes of a record. */
    public byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every record has bytes: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The record of these bytes.
     *
     * @throws IllegalArgumentException if they are none, or of a version that says more than this one knows
     */
    public <T> T read(byte[] bytes, Class<T> type) {
        try {
            return mapper.readValue(bytes, type);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + " of " + bytes.length + " bytes: " + e.getMessage(), e);
        }
    }

    /** Names the cases of every sealed interface by their classes. */
    private static final class SealedCases extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            return sealedAbove(annotated.getRawType()) == null
                    ? super.findPolymorphicTypeInfo(config, annotated)
                    : JsonTypeInfo.Value.construct(
                            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, CASE, null, false, true, null);
        }

        @Override
        public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
            Class<?> type = annotated.getRawType();
            return type.isSealed()
                    ? Arrays.stream(type.getPermittedSubclasses())
                            .map(each -> new NamedType(each, each.getSimpleName()))
                            .toList()
                    : super.findSubtypes(annotated);
        }

        @Override
        public @Nullable String findTypeName(AnnotatedClass annotated) {
            Class<?> type = annotated.getRawType();
            return sealedAbove(type) == null ? super.findTypeName(annotated) : type.getSimpleName();
        }

        private static @Nullable Class<?> sealedAbove(Class<?> type) {
            if (type.isSealed()) {
                return type;
            }
            return Arrays.stream(type.getInterfaces())
                    .filter(Class::isSealed)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static final class PathWriter extends JsonSerializer<BlobPath> {
        @Override
        public void serialize(BlobPath path, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeBinary(path.toBytes());
        }
    }

    private static final class PathReader extends JsonDeserializer<BlobPath> {
        @Override
        public BlobPath deserialize(JsonParser from, DeserializationContext context) throws IOException {
            return BlobPath.ofBytes(from.getBinaryValue());
        }
    }

    /** Milliseconds, which is how finely the store keeps times. */
    private static final class InstantWriter extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant instant, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeNumber(instant.toEpochMilli());
        }
    }

    private static final class InstantReader extends JsonDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser from, DeserializationContext context) throws IOException {
            return Instant.ofEpochMilli(from.getLongValue());
        }
    }

    private static final class FoldWriter extends JsonSerializer<Fold> {
        @Override
        public void serialize(Fold fold, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeStartArray();
            to.writeBinary(fold.prefix());
            to.writeBinary(fold.delimiter());
            to.writeEndArray();
        }
    }

    private static final class FoldReader extends JsonDeserializer<Fold> {
        @Override
        public Fold deserialize(JsonParser from, DeserializationContext context) throws IOException {
            byte[][] both = from.readValueAs(byte[][].class);
            if (both == null || both.length != 2) {
                throw new IOException("fold: not a prefix and a delimiter");
            }
            return new Fold(both[0], both[1]);
        }
    }
}
