package dev.skerry.cluster.raft;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.commit.Fold;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.jspecify.annotations.Nullable;

/** The shapes of all types that occur in records, each made when it is first asked for. Safe for many threads. */
final class Shapes {
    private static final Shape INT =
            new Plain<Integer>((value, to) -> to.writeSInt32NoTag(value), CodedInputStream::readSInt32);
    private static final Shape LONG =
            new Plain<Long>((value, to) -> to.writeSInt64NoTag(value), CodedInputStream::readSInt64);
    private static final Shape BOOLEAN =
            new Plain<Boolean>((value, to) -> to.writeBoolNoTag(value), CodedInputStream::readBool);

    /** In milliseconds, which is how finely the store keeps times. */
    private static final Shape INSTANT = new Plain<Instant>(
            (value, to) -> to.writeSInt64NoTag(value.toEpochMilli()), from -> Instant.ofEpochMilli(from.readSInt64()));

    private static final Shape PATH = new Plain<BlobPath>(
            (value, to) -> to.writeByteArrayNoTag(value.toBytes()), from -> BlobPath.ofBytes(from.readByteArray()));
    private static final Shape FOLD = new Plain<Fold>(
            (value, to) -> {
                to.writeByteArrayNoTag(value.prefix());
                to.writeByteArrayNoTag(value.delimiter());
            },
            from -> new Fold(from.readByteArray(), from.readByteArray()));

    private final Map<Type, Shape> known = new ConcurrentHashMap<>(Map.ofEntries(
            Map.entry(int.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Integer.class, new OrNull(INT)),
            Map.entry(Long.class, new OrNull(LONG)),
            Map.entry(Boolean.class, new OrNull(BOOLEAN)),
            Map.entry(String.class, new Strings()),
            Map.entry(byte[].class, new Bytes()),
            Map.entry(Instant.class, new OrNull(INSTANT)),
            Map.entry(BlobPath.class, new OrNull(PATH)),
            Map.entry(Fold.class, new OrNull(FOLD))));

    /**
     * The shape of a type.
     *
     * @throws IllegalArgumentException if it has none
     */
    Shape of(Type type) {
        Shape shape = known.get(type);
        if (shape == null) {
            // not within the map: a shape has others in it
            shape = make(type);
            known.put(type, shape);
        }
        return shape;
    }

    /** A type as signs have it: without its packages, which it may leave. */
    static String name(Type type) {
        if (type instanceof ParameterizedType generic) {
            return name(generic.getRawType())
                    + Arrays.stream(generic.getActualTypeArguments())
                            .map(Shapes::name)
                            .collect(Collectors.joining(",", "<", ">"));
        }
        return type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName();
    }

    private Shape make(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type raw = generic.getRawType();
            if (raw == List.class) {
                return new Elements(of(arguments[0]), ArrayList::new);
            }
            if (raw == Set.class) {
                return new Elements(of(arguments[0]), LinkedHashSet::new);
            }
            if (raw == Map.class) {
                return new Entries(of(arguments[0]), of(arguments[1]));
            }
        } else if (type instanceof Class<?> plain) {
            if (plain.isEnum()) {
                return new Names(plain);
            }
            if (plain.isRecord()) {
                return new RecordShape(plain, this);
            }
            if (plain.isSealed()) {
                return new Cases(plain, this);
            }
        }
        throw new IllegalArgumentException("nothing is known of how " + type + " becomes bytes");
    }

    /** A value that is there, by what writes one and what reads one. */
    private record Plain<T>(Writer<T> writer, Reader<T> reader) implements Shape {
        interface Writer<T> {
            void write(T value, CodedOutputStream to) throws IOException;
        }

        interface Reader<T> {
            T read(CodedInputStream from) throws IOException;
        }

        @Override
        @SuppressWarnings("unchecked") // a shape is asked for by the type of its values
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            writer.write((T) there(value), to);
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            return reader.read(from);
        }
    }

    /** A value that may be missing, of a shape of those that are there. */
    private record OrNull(Shape shape) implements Shape {
        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            to.writeBoolNoTag(value != null);
            if (value != null) {
                shape.write(value, to);
            }
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            return from.readBool() ? shape.read(from) : null;
        }
    }

    private static final class Strings implements Shape {
        private final Bytes bytes = new Bytes();

        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            bytes.write(value == null ? null : ((String) value).getBytes(StandardCharsets.UTF_8), to);
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            return bytes.read(from) instanceof byte[] utf8 ? new String(utf8, StandardCharsets.UTF_8) : null;
        }
    }

    private static final class Bytes implements Shape {
        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            if (value == null) {
                to.writeUInt32NoTag(0);
            } else {
                byte[] bytes = (byte[]) value;
                to.writeUInt32NoTag(bytes.length + 1);
                to.writeRawBytes(bytes);
            }
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            int length = length(from);
            return length < 0 ? null : from.readRawBytes(length);
        }
    }

    /** What a list or a set has. */
    private record Elements(Shape element, Supplier<Collection<@Nullable Object>> empty) implements Shape {
        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            if (value == null) {
                to.writeUInt32NoTag(0);
                return;
            }
            Collection<?> elements = (Collection<?>) value;
            to.writeUInt32NoTag(elements.size() + 1);
            for (Object each : elements) {
                element.write(each, to);
            }
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            int length = length(from);
            if (length < 0) {
                return null;
            }
            Collection<@Nullable Object> elements = empty.get();
            for (int i = 0; i < length; i++) {
                elements.add(element.read(from));
            }
            return elements;
        }
    }

    /** What a map has. */
    private record Entries(Shape key, Shape value) implements Shape {
        @Override
        public void write(@Nullable Object map, CodedOutputStream to) throws IOException {
            if (map == null) {
                to.writeUInt32NoTag(0);
                return;
            }
            Map<?, ?> entries = (Map<?, ?>) map;
            to.writeUInt32NoTag(entries.size() + 1);
            for (Map.Entry<?, ?> each : entries.entrySet()) {
                key.write(each.getKey(), to);
                value.write(each.getValue(), to);
            }
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            int length = length(from);
            if (length < 0) {
                return null;
            }
            Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
            for (int i = 0; i < length; i++) {
                entries.put(key.read(from), value.read(from));
            }
            return entries;
        }
    }

    /** The constants of an enum, by their names. */
    private static final class Names implements Shape {
        private final Class<?> type;
        private final Map<Integer, Object> constants = new HashMap<>();

        Names(Class<?> type) {
            this.type = type;
            for (Object each : type.getEnumConstants()) {
                putOnce(constants, ((Enum<?>) each).name(), each);
            }
        }

        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            to.writeSFixed32NoTag(value == null ? 0 : ((Enum<?>) value).name().hashCode());
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            return named(constants, from.readSFixed32(), type);
        }
    }

    /** The records of a sealed interface, by the names of their classes. */
    private static final class Cases implements Shape {
        private final Class<?> type;
        private final Map<Integer, Shape> byName = new HashMap<>();
        private final Map<Class<?>, Shape> byClass = new HashMap<>();

        Cases(Class<?> type, Shapes known) {
            this.type = type;
            cases(type).forEach(each -> {
                Shape shape = known.of(each);
                byClass.put(each, shape);
                putOnce(byName, each.getSimpleName(), shape);
            });
        }

        private static Stream<Class<?>> cases(Class<?> type) {
            return type.isSealed()
                    ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Cases::cases)
                    : Stream.of(type);
        }

        @Override
        public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
            if (value == null) {
                to.writeSFixed32NoTag(0);
                return;
            }
            Class<?> of = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
            to.writeSFixed32NoTag(of.getSimpleName().hashCode());
            there(byClass.get(of)).write(value, to);
        }

        @Override
        public @Nullable Object read(CodedInputStream from) throws IOException {
            Shape shape = named(byName, from.readSFixed32(), type);
            return shape == null ? null : shape.read(from);
        }
    }

    /** A name is known by its hash, as the language defines that for strings. */
    private static <T> void putOnce(Map<Integer, T> byName, String name, T value) {
        if (name.hashCode() == 0 || byName.put(name.hashCode(), value) != null) {
            throw new IllegalArgumentException(name + " and another have the same hash");
        }
    }

    private static <T> @Nullable T named(Map<Integer, T> byName, int hash, Class<?> type) {
        T value = byName.get(hash);
        if (value == null && hash != 0) {
            throw new IllegalArgumentException("a " + type.getSimpleName() + " of another version");
        }
        return value;
    }

    /** How much follows, which is no more than there is; -1 for null. */
    private static int length(CodedInputStream from) throws IOException {
        int length = from.readUInt32() - 1;
        if (length < -1 || length > from.getBytesUntilLimit()) {
            throw new IllegalArgumentException(
                    "a length of " + length + " with " + from.getBytesUntilLimit() + " bytes left");
        }
        return length;
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("null where there is none");
        }
        return value;
    }
}
