package dev.skerry.cluster.raft;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Records of one class: how many components follow, a sign of their names and types, and the components in order. So
 * what was written by a version of fewer components at the end is read, those it lacks as null; what has more, or
 * others, is refused.
 */
final class RecordShape implements Shape {
    private static final int SIGN_BYTES = 2;

    private final Class<?> type;
    private final RecordComponent[] components;
    private final Shape[] shapes;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    /** Of the first so many components. */
    private final short[] signs;

    RecordShape(Class<?> type, Shapes known) {
        this.type = type;
        this.components = type.getRecordComponents();
        this.shapes = new Shape[components.length];
        this.accessors = new MethodHandle[components.length];
        this.signs = new short[components.length + 1];
        Class<?>[] parameters = new Class<?>[components.length];
        int sign = 1;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            sign = 31 * sign + (component.getName() + ":" + Shapes.name(component.getGenericType())).hashCode();
            signs[i + 1] = (short) (sign ^ (sign >>> Short.SIZE));
            shapes[i] = known.of(component.getGenericType());
            parameters[i] = component.getType();
            accessors[i] = accessor(component.getAccessor());
        }
        this.constructor = constructor(type, parameters);
    }

    private static MethodHandle accessor(Method method) {
        method.setAccessible(true);
        try {
            return MethodHandles.lookup().unreflect(method).asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle constructor(Class<?> type, Class<?>[] parameters) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            canonical.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectConstructor(canonical)
                    .asSpreader(Object[].class, parameters.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(@Nullable Object value, CodedOutputStream to) throws IOException {
        if (value == null) {
            to.writeUInt32NoTag(0);
            return;
        }
        to.writeUInt32NoTag(shapes.length + 1);
        short sign = signs[shapes.length];
        to.writeRawByte((byte) sign);
        to.writeRawByte((byte) (sign >>> Byte.SIZE));
        for (int i = 0; i < shapes.length; i++) {
            shapes[i].write(component(value, i), to);
        }
    }

    private @Nullable Object component(Object value, int number) {
        try {
            return accessors[number].invokeExact(value);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    @Override
    public @Nullable Object read(CodedInputStream from) throws IOException {
        int count = from.readUInt32() - 1;
        if (count < 0) {
            return null;
        }
        byte[] sign = from.readRawBytes(SIGN_BYTES);
        if (count > shapes.length || signs[count] != (short) ((sign[0] & 0xFF) | (sign[1] << Byte.SIZE))) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + " of another version, with " + count + " components");
        }
        @Nullable Object[] values = new @Nullable Object[shapes.length];
        for (int i = 0; i < count; i++) {
            values[i] = shapes[i].read(from);
        }
        for (int i = count; i < shapes.length; i++) {
            if (components[i].getType().isPrimitive()) {
                throw new IllegalArgumentException(type.getSimpleName() + " without " + components[i].getName());
            }
        }
        try {
            return constructor.invokeExact(values);
        } catch (NullPointerException e) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + " cannot have these components: " + Arrays.toString(values), e);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static RuntimeException thrown(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
}
