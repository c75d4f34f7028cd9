package dev.skerry.compat.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * An agent in the JVM of a server that takes the waiting out of {@code ReadBarrier}: the node reads what it has,
 * however old. Its author's mistake is what the harness has to catch.
 */
public final class WithoutReadBarrier implements ClassFileTransformer {
    private static final String BARRIER = "dev/skerry/cluster/raft/ReadBarrier";

    /** What the JVM calls before the server's main method. */
    public static void premain(@Nullable String arguments, Instrumentation jvm) {
        jvm.addTransformer(new WithoutReadBarrier());
    }

    /** Packs the agent, for {@code -javaagent}. */
    static Path jar(Path file) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", WithoutReadBarrier.class.getName());
        String name = WithoutReadBarrier.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                InputStream code = WithoutReadBarrier.class.getClassLoader().getResourceAsStream(name)) {
            if (code == null) {
                throw new IllegalStateException("no " + name);
            }
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
            jar.closeEntry();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] code) {
        if (!BARRIER.equals(className)) {
            return null;
        }
        ClassFile format = ClassFile.of();
        return format.transformClass(
                format.parse(code),
                ClassTransform.transformingMethods(
                        method -> method.methodName().equalsString("await"), (method, element) -> {
                            if (element instanceof CodeModel) {
                                method.withCode(CodeBuilder::return_);
                            } else {
                                method.with(element);
                            }
                        }));
    }
}
